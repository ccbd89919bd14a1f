import { describe, expect, it } from 'vitest';
import { agentOf, webGpuHelp } from './webGpuHelp.ts';

const chrome = (system: string, version = 140) =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
const agents = {
  chromeLinux: chrome('X11; Linux x86_64'),
  headless: chrome('X11; Linux x86_64').replace('Chrome/', 'HeadlessChrome/'),
  chromeWindows: chrome('Windows NT 10.0; Win64; x64'),
  oldChrome: chrome('Windows NT 10.0; Win64; x64', 109),
  chromeAndroid: chrome('Linux; Android 10; K'),
  edge: `${chrome('Windows NT 10.0; Win64; x64')} Edg/140.0.0.0`,
  edgeMac: `${chrome('Macintosh; Intel Mac OS X 10_15_7')} Edg/140.0.0.0`,
  firefoxWindows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  firefoxMac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0',
  firefoxLinux: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  safari:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  safariNew:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  iPhone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1',
};
const help = (agent: keyof typeof agents, more: Partial<Parameters<typeof webGpuHelp>[0]> = {}) =>
  webGpuHelp({ userAgent: agents[agent], secure: true, asked: false, ...more }).join('\n');

describe('webGpuHelp', () => {
  it('detects browser, version and system', () => {
    expect(Object.values(agents).map((agent) => Object.values(agentOf(agent)).join(' '))).toEqual([
      'chrome 140 linux',
      'chrome 140 linux',
      'chrome 140 windows',
      'chrome 109 windows',
      'chrome 140 android',
      'edge 140 windows',
      'edge 140 mac',
      'firefox 140 windows',
      'firefox 145 mac',
      'firefox 145 linux',
      'safari 18 mac',
      'safari 26 mac',
      'safari 18 ios',
    ]);
  });

  it('gives steps for this browser on this system only', () => {
    expect(help('chromeLinux')).toMatch(
      /graphics acceleration[^]*chrome:\/\/flags\/#enable-unsafe-webgpu[^]*chrome:\/\/gpu/,
    );
    expect(help('chromeWindows')).not.toMatch(/flags|Firefox|Safari|Update the browser|http:/);
    expect(help('oldChrome')).toContain('version 113 or later is needed, this is 109');
    expect(help('chromeAndroid')).toContain('Android 12');
    expect(help('edge')).toContain('edge://gpu');
    expect(help('firefoxWindows')).toContain('version 141 or later is needed, this is 140');
    expect(help('firefoxMac')).toMatch(/Apple silicon/);
    expect(help('firefoxMac')).not.toMatch(/Update the browser/);
    expect(help('firefoxLinux')).toContain('dom.webgpu.enabled');
    expect(help('safari')).toContain('Safari 26 or later has WebGPU; this is 18');
    expect(help('safariNew')).not.toContain('or later');
    expect(help('iPhone')).toContain('iOS or iPadOS 26');
  });

  it('names plain http, and an address that asks for WASM, first, and always ends with the alternative', () => {
    expect(help('chromeWindows', { secure: false })).toMatch(/^The page is open over plain http:\/\//);
    expect(help('chromeWindows', { asked: true })).toMatch(/^The address asks for WASM/);
    for (const userAgent of ['', 'curl/8', '__proto__', ...Object.values(agents)]) {
      const steps = webGpuHelp({ userAgent, secure: true, asked: false });
      expect(steps.length).toBeGreaterThan(1);
      expect(steps.at(-1)).toContain('Then reload');
    }
  });
});
