/**
 * Routes that read the record: alerts, events, why, and exports.
 *
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { readAddress } from "../../defense/mod.ts";
import type { AgentDesk, AlertRecord } from "./agent_desk.ts";
import {
  alertPages,
  asLines,
  asTable,
  bodyOf,
  exportedMax,
} from "./alert_export.ts";
import { alertStream } from "./alert_stream.ts";
import {
  answers,
  type Api,
  failed,
  malformed,
  malformedBy,
  notFound,
  plain,
  unchanged,
} from "./described.ts";
import { taggedByBody, taggedByJournal } from "./entity_tag.ts";
import { eventStream } from "./event_stream.ts";
import { problem } from "./problem.ts";
import {
  addressParamSchema,
  alertStorySchema,
  exportQuerySchema,
  seqParamSchema,
} from "./record_schemas.ts";
import {
  alertPageSchema,
  alertQuerySchema,
  eventPageSchema,
  eventQuerySchema,
  eventStreamQuerySchema,
  explanationSchema,
} from "./schemas.ts";
import { asBundle } from "./stix.ts";
import { addStream, lines, tooMany } from "./stream_route.ts";
import { undoOf } from "./undo.ts";

const alerts = createRoute({
  method: "get",
  path: "/v1/alerts",
  summary: "A page of alerts, newest first",
  request: { query: alertQuerySchema },
  responses: {
    200: answers(alertPageSchema, "The page"),
    304: unchanged,
    400: malformed,
    500: failed,
  },
});
const alert = createRoute({
  method: "get",
  path: "/v1/alerts/{seq}",
  summary: "One alert, and what became of it",
  request: { params: seqParamSchema },
  responses: {
    200: answers(alertStorySchema, "The alert"),
    304: unchanged,
    400: malformed,
    404: notFound,
    500: failed,
  },
});
const newAlerts = createRoute({
  method: "get",
  path: "/v1/alerts/stream",
  summary: "New alerts as they come, one JSON value a line",
  responses: {
    200: lines,
    503: tooMany,
  },
});
const events = createRoute({
  method: "get",
  path: "/v1/events",
  summary: "A page of the journal, newest first",
  request: { query: eventQuerySchema },
  responses: {
    200: answers(eventPageSchema, "The page"),
    304: unchanged,
    400: malformed,
    500: failed,
  },
});
const newEvents = createRoute({
  method: "get",
  path: "/v1/events/stream",
  summary: "Events as they come, one JSON value a line",
  request: { query: eventStreamQuerySchema },
  responses: {
    200: lines,
    400: malformed,
    503: tooMany,
  },
});
const explain = createRoute({
  method: "get",
  path: "/v1/explain/{address}",
  summary: "Why a subject is treated as it is, and what undoes it",
  request: { params: addressParamSchema },
  responses: {
    200: answers(explanationSchema, "Votes, evidence, measures"),
    304: unchanged,
    400: malformed,
    500: failed,
  },
});

/** Exports by the end of their name. */
const exports = [
  ["csv", "text/csv; charset=utf-8", "a table (RFC 4180)"],
  ["ndjson", "application/x-ndjson", "one JSON value a line"],
  ["stix.json", "application/stix+json;version=2.1", "a bundle of STIX 2.1"],
] as const;

/** Adds them. */
export function addRecordRoutes(
  app: Api,
  desk: AgentDesk,
  version: string,
): void {
  app.use(alerts.path, taggedByJournal(desk, version));
  app.openapi(
    alerts,
    (context) =>
      context.json(plain(desk.alerts(context.req.valid("query"))), 200),
  );
  addStreams(app, desk);
  app.use("/v1/alerts/:seq{[0-9]+}", taggedByBody());
  app.openapi(alert, (context) => {
    const record = desk.alert(context.req.valid("param").seq);
    if (!record) return problem("not_found", "no alert has it") as never;
    const explanation = storyOf(desk, record);
    return context.json(plain({ alert: record, explanation }), 200);
  });
  app.use(events.path, taggedByJournal(desk, version));
  app.openapi(
    events,
    (context) =>
      context.json(plain(desk.events(context.req.valid("query"))), 200),
  );
  app.use("/v1/explain/:address", taggedByBody());
  app.openapi(explain, (context) => {
    const { address } = context.req.valid("param");
    const explanation = desk.explain(address);
    const undo = undoOf(explanation);
    return context.json(plain({ ...explanation, undo }), 200);
  });
  for (const [end, type, words] of exports) {
    const route = createRoute({
      method: "get",
      path: `/v1/export/alerts.${end}`,
      summary: `Alerts as ${words}, at most ${exportedMax}`,
      request: { query: exportQuerySchema },
      responses: {
        200: {
          description: "The file",
          content: { [type]: { schema: z.string() } },
        },
        400: malformed,
        500: failed,
      },
    });
    app.openapi(route, async (context) => {
      const query = context.req.valid("query");
      const pages = alertPages((page) => desk.alerts(page), query);
      const chunks = end === "csv"
        ? asTable(pages)
        : end === "ndjson"
        ? asLines(pages)
        : asBundle(pages, await sourceOf(desk, JSON.stringify(query)));
      return new Response(bodyOf(chunks, () => desk.turn()), {
        headers: {
          "content-type": type,
          "content-disposition": `attachment; filename="alerts.${end}"`,
          "cache-control": "no-store",
        },
      }) as never;
    });
  }
}

function addStreams(app: Api, desk: AgentDesk): void {
  const followers = { count: 0 };
  addStream(app, newAlerts, followers, () => alertStream(desk, followers));
  addStream(app, newEvents, followers, (context) => {
    const query = eventStreamQuerySchema.safeParse(context.req.query());
    return query.success
      ? eventStream(desk, query.data.after, followers)
      : malformedBy(query.error);
  });
}

function storyOf(desk: AgentDesk, { subject }: AlertRecord) {
  const address = readAddress(subject);
  // Somebody has edited the journal: there is no such subject.
  if (address === undefined) {
    return {
      subject,
      votes: [],
      have: 0,
      needed: 0,
      leases: [],
      history: [],
      undo: [],
    };
  }
  const explanation = desk.explain(address);
  return { ...explanation, undo: undoOf(explanation) };
}

async function sourceOf(desk: AgentDesk, mark: string) {
  const { meshId, agent, members } = await desk.status();
  return {
    meshId,
    self: agent.self,
    names: new Map(members.map(({ node, name }) => [node, name] as const)),
    mark: `${agent.self} ${desk.journalMark()} ${mark}`,
  };
}
