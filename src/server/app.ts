/** Which address shows what. What is refused before that is `guard.ts`; how pages follow the record is `hub.ts`. */
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context } from 'hono';
import { broken, type Channel } from './channel.js';
import { pathParts } from './guard.js';
import { assetHeaders, pageHeaders, refusalHeaders, streamHeaders } from './headers.js';
import type { Hub } from './hub.js';
import type { PageRenderer, PageView } from './page-renderer.js';
import type { ReportList } from './report-list.js';
import { sendRunFile } from './send-run-file.js';
import { Subscriber } from './subscriber.js';
import { OverviewTopic } from './topics/overview-topic.js';
import { RunTopic } from './topics/run-topic.js';
import { SweepTopic } from './topics/sweep-topic.js';

export interface AppParts {
  /** A project's `runs/`, absolute. */
  readonly runsFolder: string;
  readonly hub: Hub;
  readonly pages: PageRenderer;
  readonly reports: ReportList;
}

type Bound = { Bindings: HttpBindings };
type Request = Context<Bound>;

/** A metric's key is short; anything longer is none. */
const longestMetric = 200;

export function createApp({ runsFolder, hub, pages, reports }: AppParts): Hono<Bound> {
  const app = new Hono<Bound>();
  const render = pages.part.bind(pages);
  const overview = (): Promise<Channel> => hub.channel('overview', () => new OverviewTopic(reports, render));
  const sweep = (name: string, metric: string | undefined): Promise<Channel> =>
    hub.channel(JSON.stringify(['sweep', name, metric]), () => new SweepTopic(name, metric, reports, render));
  const run = (id: string): Promise<Channel> =>
    hub.channel(JSON.stringify(['run', id]), () => new RunTopic(id, reports, render));

  const show = (context: Request, page: PageView, status: 200 | 404 | 503 = 200): Response =>
    context.html(pages.page(page), status, pageHeaders);

  const showMissing = (context: Request, message: string, fix = ''): Response =>
    show(context, { body: 'page-missing', title: 'Not found', view: { message, fix } }, 404);

  /** Whoever asks for a page again gets the same until something on it is different. */
  const rendered = new WeakMap<Channel, { readonly state: string; readonly text: string }>();

  /** The page of a topic, as it is now; 404 where there is no such thing. */
  const showChannel = (context: Request, channel: Channel, page: PageView): Response => {
    const { problem } = channel;
    if (channel.isMissing) return showMissing(context, problem!.message, problem!.fix);
    let shown = rendered.get(channel);
    if (shown?.state !== channel.state) {
      shown = { state: channel.state, text: pages.page({ ...page, html: channel.html }) };
      rendered.set(channel, shown);
    }
    return context.html(shown.text, 200, pageHeaders);
  };

  app.get('/', async (context) =>
    showChannel(context, await overview(), {
      body: 'page-overview',
      title: 'Assay, live',
      events: '/events',
    }),
  );

  app.get('/sweeps/:name', async (context) => {
    const name = context.req.param('name');
    const metric = metricOf(context);
    const query = new URLSearchParams({ sweep: name, ...(metric === undefined ? {} : { metric }) });
    const page = { body: 'page-sweep', title: `${name} · sweep`, events: `/events?${query.toString()}` };
    return showChannel(context, await sweep(name, metric), { ...page, view: { name } });
  });

  app.get('/runs/:id', async (context) => {
    const id = context.req.param('id');
    const events = `/events?${new URLSearchParams({ run: id }).toString()}`;
    return showChannel(context, await run(id), {
      body: 'page-run',
      title: `${id} · run`,
      events,
      view: { id },
    });
  });

  app.get('/events', async (context) => {
    if (context.req.method === 'HEAD') return context.body(null, 200, streamHeaders);
    const full = (): Response =>
      context.text('too many pages are open', 503, { ...refusalHeaders, 'Retry-After': '10' });
    if (hub.isFull()) return full();
    const name = context.req.query('sweep');
    const id = context.req.query('run');
    const channel = await (name !== undefined
      ? sweep(name, metricOf(context))
      : id !== undefined
        ? run(id)
        : overview());
    if (channel.isMissing) return context.text(channel.problem!.message, 404, refusalHeaders);
    // Others may have come while the record was looked at.
    if (hub.isFull()) return full();
    const lastEvent = context.req.header('last-event-id') ?? context.req.query('after');
    hub.follow(channel, new Subscriber(context.env.outgoing), lastEvent);
    return RESPONSE_ALREADY_SENT;
  });

  for (const { address, type, bytes } of pages.assets)
    app.get(address, (context) =>
      context.body(new Uint8Array(bytes), 200, { ...assetHeaders, 'Content-Type': type }),
    );

  app.get('/files/*', async (context) => {
    const parts = pathParts(context.env.incoming.url ?? '')?.slice(1) ?? [];
    const sent = await sendRunFile(runsFolder, parts, context.env);
    return sent ? RESPONSE_ALREADY_SENT : showMissing(context, 'There is no such report in runs/.');
  });

  app.notFound((context) => showMissing(context as Request, 'There is no such page.'));
  app.onError((error, context) => {
    // A bug of ours; the page must not tell paths of this machine to whoever asks.
    process.stderr.write(`${error.stack ?? error.message}\n`);
    return context.text(broken.message, 500, refusalHeaders);
  });
  return app;
}

function metricOf(context: Request): string | undefined {
  const metric = context.req.query('metric');
  return metric === undefined || metric === '' || metric.length > longestMetric ? undefined : metric;
}
