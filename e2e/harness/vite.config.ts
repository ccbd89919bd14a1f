import { measuredPage } from './measuredPage.ts';

export default measuredPage(import.meta.url, '../../.cache/harness');
