/** @file zod without the code it would write and evaluate for speed: its first look whether it may is a violation of the page's policy. */
import { config, z } from 'zod';

config({ jitless: true });

export { z };
