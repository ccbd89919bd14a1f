import { measuredPage } from '../../e2e/harness/measuredPage.ts';

export default measuredPage(import.meta.url, '../../.cache/bench/site/rollout');
