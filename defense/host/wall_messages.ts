/**
 * What crosses the wall to the containment isolate: plain data, read by zod on
 * both sides. There is no message that carries text for nft.
 *
 * A lease inside `apply` is read by `warden.ts`, one by one, so that a bad
 * one is refused and the others are not.
 *
 * @module
 */
import * as z from "zod";
import { readAddress } from "../address.ts";
import type { ContainmentReport } from "../containment/containment_control.ts";
import { bringersMax, steeredPortsMax } from "../containment/steer_rules.ts";
import { hostTarget } from "../host_lease.ts";
import { measures } from "../lease.ts";
import { serviceProtocols } from "../service.ts";
import { leaseCauses, serviceSchema } from "../containment/warden.ts";
import type { NftReport } from "./nft_firewall.ts";

/** How the isolate stands; for `doctor` and `status`. */
export interface ContainmentIsolateReport extends ContainmentReport {
  /** Messages and networks that could not be read. */
  readonly rejected: number;
  /** Sources of protected addresses that exist and could not be read. */
  readonly unread: readonly string[];
  /** The nft in use. */
  readonly nft: NftReport;
}

/** Leases or networks in one message; our choice. */
const listMax = 16_384;

const mode = z.enum(["observe", "enforce"]);
const entry = z.object({
  network: z.string().max(64),
  reason: z.string().max(200),
});
const address = z.string().max(64).transform((text, context) => {
  const read = readAddress(text);
  if (read === text) return read;
  context.addIssue({ code: "custom", message: "not a canonical address" });
  return z.NEVER;
});

const port = z.int().min(1).max(65_535);
const steerPlan = z.object({
  services: z.array(z.tuple([port, port])).max(steeredPortsMax),
  others: port,
  members: z.object({ port, addresses: z.array(address).max(bringersMax) })
    .exactOptional(),
});

/** Questions of the parent; `id` comes back with the answer. */
export const wallRequest = z.discriminatedUnion("ask", [
  z.object({
    ask: z.literal("start"),
    id: z.int(),
    mode,
    protected: z.array(entry).max(listMax),
    /** What the operator listed while an earlier agent ran. */
    listed: z.array(entry).max(listMax),
    adminAddresses: z.array(z.string().max(64)).max(64),
  }),
  z.object({
    ask: z.literal("apply"),
    id: z.int(),
    leases: z.array(z.unknown()).max(listMax),
  }),
  z.object({
    ask: z.literal("release"),
    id: z.int(),
    subject: z.union([z.literal("all"), address]),
  }),
  z.object({ ask: z.literal("held"), id: z.int() }),
  z.object({ ask: z.literal("host_apply"), id: z.int(), order: z.unknown() }),
  z.object({
    ask: z.literal("host_release"),
    id: z.int(),
    key: z.string().max(128),
  }),
  z.object({ ask: z.literal("host_leases"), id: z.int() }),
  z.object({ ask: z.literal("rehearse"), id: z.int(), lease: z.unknown() }),
  z.object({
    ask: z.literal("protect"),
    id: z.int(),
    entries: z.array(entry).max(listMax),
  }),
  z.object({
    ask: z.literal("list"),
    id: z.int(),
    /** Replaces what was listed so; nothing else can leave the list. */
    entries: z.array(entry).max(listMax),
  }),
  z.object({
    ask: z.literal("spare"),
    id: z.int(),
    entries: z.array(entry).max(listMax),
  }),
  z.object({
    ask: z.literal("cautious"),
    id: z.int(),
    cautious: z.boolean(),
  }),
  z.object({ ask: z.literal("entries"), id: z.int() }),
  z.object({ ask: z.literal("mode"), id: z.int(), mode }),
  z.object({
    ask: z.literal("steer"),
    id: z.int(),
    /** Null: there are no decoys any more. */
    plan: steerPlan.nullable(),
  }),
  z.object({ ask: z.literal("report"), id: z.int() }),
  z.object({
    ask: z.literal("stop"),
    id: z.int(),
    onExit: z.enum(["remove", "keep"]),
  }),
]);

/** One question. */
export type WallRequest = z.infer<typeof wallRequest>;

/** Answers of the isolate. */
export const wallAnswer = z.discriminatedUnion("ok", [
  z.object({ id: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.object({
    id: z.int(),
    ok: z.literal(false),
    /** A {@linkcode ContainmentError} code, or empty. */
    code: z.enum(["nft_missing", "nft_denied", "nft_rejected", ""]),
    detail: z.string(),
  }),
]);

/** One answer. */
export type WallAnswer = z.infer<typeof wallAnswer>;

const lease = z.object({
  subject: address,
  measure: z.enum(measures),
  service: serviceSchema.exactOptional(),
  untilMs: z.number(),
  cause: z.enum(leaseCauses),
});

const refusal = z.discriminatedUnion("code", [
  z.object({ code: z.literal("never_block"), matched: z.string() }),
  z.object({ code: z.literal("observe") }),
  z.object({ code: z.literal("invalid"), detail: z.string() }),
  z.object({ code: z.literal("full") }),
  z.object({ code: z.literal("firewall"), detail: z.string() }),
]);

/** What became of each lease; the parent still has the lease itself. */
export const wallOutcomes = z.array(z.discriminatedUnion("applied", [
  z.object({ applied: z.literal(true), lease, atMs: z.number() }),
  z.object({ applied: z.literal(false), refusal }),
]));

/** One outcome as it crosses the wall. */
export type WallOutcome = z.infer<typeof wallOutcomes>[number];

const connection = z.object({
  protocol: z.enum(serviceProtocols),
  from: address,
  fromPort: z.int(),
  to: address,
  toPort: z.int(),
  servedPort: z.int().exactOptional(),
  program: z.string().exactOptional(),
});

/** Answer to `rehearse`: what a lease would cut, or why it would be refused. */
export const wallRehearsal = z.object({
  cut: z.array(connection),
  kept: z.array(connection),
  more: z.int(),
  refusal: refusal.exactOptional(),
});

const hostLease = z.object({
  target: hostTarget,
  name: z.string(),
  untilMs: z.number(),
});

/** Answer to `host_apply`. */
export const wallHostOutcome = z.union([
  z.object({ applied: z.literal(true), lease: hostLease }),
  z.object({ applied: z.literal(false), refusal }),
  z.object({ applied: z.literal(false), script: z.string() }),
]);

/** Answer to `host_leases`. */
export const wallHostLeases = z.array(hostLease);

/** Answer to `held`. */
export const wallLeases = z.array(lease);
/** Answer to `entries`. */
export const wallEntries = z.array(
  z.object({ network: z.string(), reason: z.string() }),
);
/** Answer to `release`. */
export const wallCount = z.int().nonnegative();
/** Answer to `report`. */
export const wallReport: z.ZodType<ContainmentIsolateReport> = z.object({
  mode,
  socketLookup: z.boolean(),
  decoys: z.boolean(),
  held: z.number(),
  proven: z.number(),
  restored: z.number(),
  failed: z.number(),
  lastError: z.string(),
  rejected: z.number(),
  unread: z.array(z.string()),
  nft: z.object({
    console: z.boolean(),
    consoleFailures: z.number(),
    version: z.string(),
  }),
});
