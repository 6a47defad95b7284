/**
 * The description of what the dashboard serves on its own besides simulations:
 * logging in and out, sessions, people, receivers of notices. For the OpenAPI
 * document; the routes themselves are in `people_routes.ts`,
 * `account_routes.ts` and `notification_routes.ts`.
 *
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import {
  answers,
  asks,
  bodyProblems,
  documentOf,
  failed,
  notFound,
} from "../api/described.ts";
import type { ApiDocument } from "../api/docs_page.ts";
import { problemResponse } from "../api/problem.ts";
import { targetName } from "../notify/target.ts";
import { accountName } from "./account.ts";
import {
  loginOrder,
  personOrder,
  receiverOrder,
  resetOrder,
  testOrder,
} from "./own_orders.ts";
import { roles } from "./role.ts";

const role = z.enum(roles);
const person = z.object({ name: z.string(), role });
const phoneSecret = person.extend({
  secret: z.string().openapi({ description: "Base32; told this once" }),
  link: z.string().openapi({ description: "The same, `otpauth://…`" }),
  qr: z.string().openapi({ description: "The link as a picture, SVG" }),
}).openapi("PhoneSecret");
const session = z.object({
  id: z.string(),
  name: z.string(),
  role,
  address: z.string(),
  sinceMs: z.number(),
  lastUsedMs: z.number(),
  own: z.boolean(),
}).openapi("Session");
const target = z.object({
  name: z.string(),
  url: z.string(),
  waiting: z.int(),
  sent: z.int(),
  lost: z.int(),
  failures: z.int(),
  dueMs: z.number(),
  error: z.string().optional(),
}).openapi("NotificationTarget");
const ended = z.object({ ended: z.literal(true) });
const removed = z.object({ removed: z.string() });
const inPath = (pattern: RegExp) =>
  z.object({ name: z.string().regex(pattern) });

const refused = problemResponse("It cannot be done; the detail says why");
/** What may go wrong with an order, even one that needs no body. */
const orderProblems = {
  408: problemResponse("The request comes too slowly"),
  413: bodyProblems[413],
  500: failed,
};
/** What may go wrong with a body that is read here. */
const ownBodyProblems = { 400: bodyProblems[400], ...orderProblems };

const routes = [
  createRoute({
    method: "post",
    path: "/login",
    summary: "Log in; the answer sets the cookie of a session",
    request: asks(loginOrder),
    responses: {
      200: answers(person, "Who has logged in"),
      401: problemResponse("Name, password or code are not right"),
      403: problemResponse("The request comes from somewhere else"),
      429: problemResponse("Too many attempts; `retry-after` says how long"),
      ...ownBodyProblems,
    },
  }),
  createRoute({
    method: "post",
    path: "/v1/logout",
    summary: "End this session",
    responses: { 200: answers(ended, "It is over"), ...orderProblems },
  }),
  createRoute({
    method: "get",
    path: "/sessions",
    summary: "Sessions of this account; an owner sees all",
    responses: {
      200: answers(z.object({ sessions: z.array(session) }), "The sessions"),
      500: failed,
    },
  }),
  createRoute({
    method: "delete",
    path: "/sessions/{id}",
    summary: "End a session",
    request: { params: z.object({ id: z.string().regex(/^[0-9a-f]{64}$/) }) },
    responses: {
      200: answers(ended, "It is over"),
      404: notFound,
      ...orderProblems,
    },
  }),
  createRoute({
    method: "get",
    path: "/people",
    summary: "Who may log in",
    responses: {
      200: answers(z.object({ people: z.array(person) }), "By name"),
      500: failed,
    },
  }),
  createRoute({
    method: "post",
    path: "/people",
    summary: "Let somebody in",
    request: asks(personOrder),
    responses: {
      201: answers(phoneSecret, "The secret for a phone, told this once"),
      409: refused,
      429: problemResponse("Somebody is being let in"),
      ...ownBodyProblems,
    },
  }),
  createRoute({
    method: "post",
    path: "/people/{name}/reset",
    summary: "A new password, secret and role; sessions end",
    request: {
      params: inPath(accountName),
      ...asks(resetOrder),
    },
    responses: {
      200: answers(phoneSecret, "The secret for a phone, told this once"),
      404: notFound,
      409: refused,
      429: problemResponse("Somebody is being let in"),
      ...ownBodyProblems,
    },
  }),
  createRoute({
    method: "delete",
    path: "/people/{name}",
    summary: "Let somebody in no more; sessions end",
    request: { params: inPath(accountName) },
    responses: {
      200: answers(removed, "Who cannot log in any more"),
      404: notFound,
      409: refused,
      429: problemResponse("Somebody is being let in"),
      ...orderProblems,
    },
  }),
  createRoute({
    method: "get",
    path: "/notifications",
    summary: "Receivers of notices, and how they are doing",
    responses: {
      200: answers(z.object({ targets: z.array(target) }), "The receivers"),
      500: failed,
    },
  }),
  createRoute({
    method: "post",
    path: "/notifications",
    summary: "Add a receiver: a webhook (https) or syslog (udp, tcp)",
    request: asks(receiverOrder),
    responses: {
      201: answers(
        z.object({
          name: z.string(),
          url: z.string(),
          secret: z.string().optional(),
        }),
        "The receiver; a webhook's secret is told this once",
      ),
      409: refused,
      ...ownBodyProblems,
    },
  }),
  createRoute({
    method: "delete",
    path: "/notifications/{name}",
    summary: "Remove a receiver, with what waits for it",
    request: { params: inPath(targetName) },
    responses: {
      200: answers(removed, "Which one"),
      404: notFound,
      ...orderProblems,
    },
  }),
  createRoute({
    method: "post",
    path: "/notifications/test",
    summary: "Send a test to one receiver, or to all",
    request: asks(testOrder),
    responses: {
      200: answers(
        z.object({
          results: z.array(z.object({
            target: z.string(),
            outcome: z.object({
              type: z.string(),
              error: z.string().optional(),
            }),
          })),
        }),
        "What came of it, by receiver",
      ),
      404: notFound,
      429: problemResponse("A test is underway"),
      ...ownBodyProblems,
    },
  }),
];

/** The description of these routes. */
export function ownDocument(): ApiDocument {
  return documentOf("StealthMesh dashboard", routes);
}
