/** The headers that each kind of answer bears. */

const always = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
} as const;

/** Of our own pages: their scripts and styles are files of this server, and nothing else is loaded or run. */
export const pageHeaders = {
  ...always,
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cache-Control': 'no-store',
} as const;

/**
 * Of what lies in `runs/`. A report may be made by a template from anywhere: its scripts run, but in an origin of their
 * own (a sandbox without allow-same-origin), and can load nothing from this server or any other. No header keeps a page
 * from leading its own window elsewhere, which tells that address whatever the report says; docs/live.md says so.
 */
export const fileHeaders = {
  ...always,
  'Content-Security-Policy': [
    'sandbox allow-scripts allow-downloads',
    "default-src 'none'",
    "script-src 'unsafe-inline'",
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cache-Control': 'no-cache',
} as const;

/** Of scripts and styles, whose address holds their digest. */
export const assetHeaders = {
  ...always,
  'Content-Security-Policy': "default-src 'none'",
  'Cache-Control': 'public, max-age=31536000, immutable',
} as const;

/** Of a stream of events. */
export const streamHeaders = {
  ...always,
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'",
  'Cache-Control': 'no-store',
  // Whatever stands between here and the browser (an editor's port forwarding) should hand events on as they come.
  'X-Accel-Buffering': 'no',
} as const;

/** Of a refusal. */
export const refusalHeaders = {
  ...always,
  'Content-Type': 'text/plain; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cache-Control': 'no-store',
} as const;
