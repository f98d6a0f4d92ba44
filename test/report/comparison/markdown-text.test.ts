import { describe, expect, it } from 'vitest';
import { codeMarkdown, plainMarkdown } from '../../../src/report/comparison/markdown-text.js';

describe('text in Markdown', () => {
  it('is no markup, no link, no mention of people or issues', () => {
    expect(plainMarkdown('<b>&"|`x`\r\n*y* [a](b) # #12 @me www.evil.com http://evil.com')).toBe(
      '&lt;b&gt;&amp;"\\|\\`x\\` \\*y\\* \\[a\\](b) \\# \\#&#8203;12 @&#8203;me www&#46;evil.com http&#58;//evil.com',
    );
    expect(plainMarkdown('a\u001b[2Jb\u202ec')).toBe('a \\[2Jb c');
  });

  it('is code only where nothing in it would end the code', () => {
    expect(codeMarkdown('trial 3 of widths')).toBe('`trial 3 of widths`');
    expect(codeMarkdown('trial 3 of a`|b')).toBe('trial 3 of a\\`\\|b');
  });
});
