/** Text in Markdown that is to be nothing but text. */

const longest = 1000;

/** No markup, no link, no mention of people, on one line. */
export function plainMarkdown(text: string): string {
  const line = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return (
    line
      // What a terminal or a browser would obey instead of showing it.
      // eslint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ')
      .replaceAll(/[\\`*_[\]{}#~|$]/g, String.raw`\$&`)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // Forges look for people, issues and addresses in what is shown: a space of no width keeps them from seeing any.
      .replaceAll('@', '@&#8203;')
      .replaceAll(/(\\#)(?=\d)/g, '$1&#8203;')
      .replaceAll('://', '&#58;//')
      .replaceAll(/\bwww\./gi, 'www&#46;')
  );
}

/** A name as code, where it holds nothing that would end it; in a table a bar would. */
export function codeMarkdown(text: string): string {
  const safe = /^[\w .:/,+=-]+$/.test(text) && text.trim() === text;
  return safe ? `\`${text}\`` : plainMarkdown(text);
}
