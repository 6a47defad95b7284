/**
 * Routes about the mesh: members, invites, the pace of the links, keys.
 *
 * @module
 */
import { createRoute } from "@hono/zod-openapi";
import type { AgentDesk } from "./agent_desk.ts";
import {
  answers,
  type Api,
  asks,
  bodyProblems,
  failed,
  malformed,
  notFound,
  plain,
  unchanged,
} from "./described.ts";
import { taggedByBody } from "./entity_tag.ts";
import {
  memberDetailSchema,
  memberParamSchema,
  nodesSchema,
  trafficSchema,
} from "./node_schemas.ts";
import { nodeStream } from "./node_stream.ts";
import { nodesOf } from "./node_view.ts";
import type { HostOnly } from "./operator_desk.ts";
import {
  cancelledSchema,
  inviteAnswerSchema,
  inviteOrderSchema,
  inviteParamSchema,
  invitesSchema,
  keysSchema,
  memberAnswerSchema,
  memberOrderSchema,
  renameOrderSchema,
  rotationSchema,
} from "./operator_schemas.ts";
import { addStream, lines, tooMany } from "./stream_route.ts";
import { trafficOf } from "./traffic_view.ts";
import { problem, problemResponse } from "./problem.ts";
import {
  acceptedSchema,
  leakageSchema,
  pingAnswerSchema,
  pingSchema,
  profileAnswerSchema,
  profileSchema,
  rosterSchema,
  useProfileSchema,
} from "./schemas.ts";

const refused = problemResponse(
  "It cannot be done here; the detail says where",
);

const nodes = createRoute({
  method: "get",
  path: "/v1/nodes",
  summary: "The members of the mesh, as this host sees them",
  responses: {
    200: answers(nodesSchema, "The members"),
    304: unchanged,
    500: failed,
  },
});
const newNodes = createRoute({
  method: "get",
  path: "/v1/nodes/stream",
  summary: "How members and links change, one JSON value a line",
  responses: {
    200: lines,
    503: tooMany,
  },
});
const member = createRoute({
  method: "get",
  path: "/v1/nodes/{node}",
  summary: "Ask one member over the mesh how it is; takes as long as that does",
  request: { params: memberParamSchema },
  responses: {
    200: answers(memberDetailSchema, "What it says, as far as it answered"),
    400: malformed,
    404: notFound,
    500: failed,
  },
});
const rename = createRoute({
  method: "post",
  path: "/v1/members/rename",
  summary: "Call a member something else, for everybody; the operator's word",
  request: asks(renameOrderSchema),
  responses: {
    200: answers(memberAnswerSchema, "What came of it"),
    409: refused,
    ...bodyProblems,
  },
});
const leakage = createRoute({
  method: "get",
  path: "/v1/leakage",
  summary: "What an observer of the wire may have learnt since the first start",
  responses: {
    200: answers(leakageSchema, "The account"),
    304: unchanged,
    500: failed,
  },
});
const traffic = createRoute({
  method: "get",
  path: "/v1/traffic",
  summary: "What the links send, and would send at another pace",
  responses: {
    200: answers(trafficSchema, "Bytes"),
    304: unchanged,
    500: failed,
  },
});
const sayAbout = createRoute({
  method: "post",
  path: "/v1/members",
  summary: "Revoke, promote or retire a member, or vote to",
  request: asks(memberOrderSchema),
  responses: {
    200: answers(memberAnswerSchema, "What came of it"),
    409: refused,
    ...bodyProblems,
  },
});
const invites = createRoute({
  method: "get",
  path: "/v1/invites",
  summary: "Invites of this host that nobody has used",
  responses: {
    200: answers(invitesSchema, "The invites"),
    304: unchanged,
    500: failed,
  },
});
const invite = createRoute({
  method: "post",
  path: "/v1/invites",
  summary: "Make an invite that lets one host in, once",
  request: asks(inviteOrderSchema),
  responses: {
    201: answers(inviteAnswerSchema, "The invite, told this once"),
    409: refused,
    ...bodyProblems,
  },
});
const cancelInvite = createRoute({
  method: "delete",
  path: "/v1/invites/{id}",
  summary: "Take an invite back",
  request: { params: inviteParamSchema },
  responses: {
    200: answers(cancelledSchema, "Nobody can use it any more"),
    400: malformed,
    404: notFound,
    500: failed,
  },
});
const keys = createRoute({
  method: "get",
  path: "/v1/keys",
  summary: "The keys of this host: age, ends, next rotation",
  responses: {
    200: answers(keysSchema, "The keys"),
    304: unchanged,
    500: failed,
  },
});
const rotate = createRoute({
  method: "post",
  path: "/v1/keys/rotate",
  summary: "Replace the keys of this host; the others follow by themselves",
  responses: {
    200: answers(rotationSchema, "The new keys are in force"),
    409: refused,
    500: failed,
  },
});
const profile = createRoute({
  method: "get",
  path: "/v1/profile",
  summary: "The pace of the mesh links",
  responses: {
    200: answers(profileSchema, "The profile"),
    304: unchanged,
    500: failed,
  },
});
const useProfile = createRoute({
  method: "post",
  path: "/v1/profile",
  summary: "Change the pace of the mesh links, at most once a day",
  request: asks(useProfileSchema),
  responses: {
    200: answers(profileAnswerSchema, "What came of it"),
    ...bodyProblems,
  },
});
const ping = createRoute({
  method: "post",
  path: "/v1/ping",
  summary: "Ask a member for a sign of life, over the mesh",
  request: asks(pingSchema),
  responses: {
    200: answers(pingAnswerSchema, "What came of it"),
    ...bodyProblems,
  },
});
const roster = createRoute({
  method: "post",
  path: "/v1/roster",
  summary: "Hand signed roster entries to the mesh, which checks them",
  request: asks(rosterSchema),
  responses: { 202: answers(acceptedSchema, "Handed on"), ...bodyProblems },
});
const reload = createRoute({
  method: "post",
  path: "/v1/reload",
  summary: "Read keys, invites and roster from the state directory again",
  responses: { 202: answers(acceptedSchema, "Done"), 500: failed },
});

/** Adds them. */
export function addMeshRoutes(app: Api, desk: AgentDesk): void {
  const followers = { count: 0 };
  addStream(app, newNodes, followers, () => nodeStream(desk, followers));
  for (const { path } of [nodes, leakage, traffic, invites, keys, profile]) {
    app.get(path, taggedByBody());
  }
  app.openapi(nodes, async (context) => {
    const status = await desk.status();
    return context.json(plain({ nodes: nodesOf(status, desk.wallMs()) }), 200);
  });
  app.openapi(member, async (context) => {
    const answer = await desk.member(context.req.valid("param").node);
    return "refused" in answer
      ? problem("not_found", answer.refused) as never
      : context.json(plain(answer), 200);
  });
  app.openapi(rename, async (context) => {
    const answer = await desk.rename(context.req.valid("json"));
    return "refused" in answer
      ? refusal(answer)
      : context.json(plain(answer), 200);
  });
  app.openapi(leakage, async (context) => {
    const { mesh } = await desk.status();
    return context.json(plain(mesh.leakage), 200);
  });
  app.openapi(
    traffic,
    async (context) => context.json(plain(trafficOf(await desk.status())), 200),
  );
  app.openapi(sayAbout, async (context) => {
    const answer = await desk.sayAbout(context.req.valid("json"));
    return "refused" in answer
      ? refusal(answer)
      : context.json(plain(answer), 200);
  });
  app.openapi(invites, async (context) => {
    const open = await desk.invites();
    return context.json(plain({ invites: open }), 200);
  });
  app.openapi(invite, async (context) => {
    const answer = await desk.invite(context.req.valid("json"));
    return "refused" in answer
      ? refusal(answer)
      // It is a secret: no cache may keep it.
      : context.json(answer, 201, { "cache-control": "no-store" });
  });
  app.openapi(cancelInvite, async (context) => {
    const { id } = context.req.valid("param");
    return await desk.cancelInvite(id)
      ? context.json({ cancelled: true as const }, 200)
      : problem("not_found", "no open invite has this id") as never;
  });
  app.openapi(
    keys,
    async (context) => context.json(plain(await desk.keys()), 200),
  );
  app.openapi(rotate, async (context) => {
    const answer = await desk.rotateKeys();
    return "refused" in answer
      ? refusal(answer)
      : context.json(plain(answer), 200);
  });
  app.openapi(
    profile,
    (context) => context.json(plain(desk.profile()), 200),
  );
  app.openapi(useProfile, (context) => {
    const order = context.req.valid("json");
    return context.json(plain(desk.useProfile(order)), 200);
  });
  app.openapi(ping, async (context) => {
    const answer = await desk.ping(context.req.valid("json").node);
    if (!("refused" in answer)) return context.json(plain(answer), 200);
    // Described as 400; the library wants its own kind of response for it.
    return problem("malformed", answer.refused) as never;
  });
  app.openapi(roster, (context) => {
    const { entries } = context.req.valid("json");
    desk.mergeRoster(entries.map((entry) => Uint8Array.fromBase64(entry)));
    return context.json({ accepted: true as const }, 202);
  });
  app.openapi(reload, async (context) => {
    await desk.reload();
    return context.json({ accepted: true as const }, 202);
  });
}

/** The library wants its own kind of response. */
function refusal({ refused, nextStep }: HostOnly): never {
  const words = nextStep === "" ? refused : `${refused}; ${nextStep}`;
  return problem("refused", words) as never;
}
