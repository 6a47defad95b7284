/**
 * What a scenario's file may say, field by field; `scenario.ts` says what each
 * means. Nothing is passed over: a field that nobody knows is refused.
 *
 * @module
 */
import * as z from "zod";
import { readAddress } from "../address.ts";
import { measures } from "../lease.ts";
import { observationKinds } from "../observation.ts";
import { distinctMax } from "./distinct_window.ts";
import { contactsMax } from "./first_contact.ts";
import { familiarities, paces } from "./login_history.ts";
import { type Scenario, scenarioFields, scenarioKeys } from "./scenario.ts";
import { webConditionSchema } from "./web_condition_schema.ts";

const durationUnitsMs = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90s`, `10m`, `4h`: above 0, at most 30 days; read as milliseconds. */
const duration = z.string()
  .regex(/^\d{1,9}(?:ms|s|m|h|d)$/, "expected a time such as 90s, 10m or 4h")
  .transform((text) => {
    const digits = parseInt(text);
    const unit = text.slice(String(text.match(/^\d+/)).length);
    return digits * durationUnitsMs[unit as keyof typeof durationUnitsMs];
  })
  .refine((ms) => ms > 0 && ms <= 30 * durationUnitsMs.d, {
    message: "expected more than 0 and at most 30d",
  });

const oneOrMany = <T extends z.ZodType>(value: T) =>
  z.union([
    value.transform((one) => [one]),
    z.array(value).min(1),
  ]);
const word = z.string().min(1).max(64);
const port = z.int().min(0).max(65_535);

/** Conditions on an observation's fields; all of them must hold. */
const filterSchema = z.strictObject({
  kind: oneOrMany(z.enum(observationKinds)),
  service: oneOrMany(word),
  /** Any service but these. */
  not_service: oneOrMany(word),
  operation: oneOrMany(word),
  user: oneOrMany(word),
  unknown_user: z.boolean(),
  protocol: oneOrMany(z.enum(["tcp", "udp", "icmp", "arp"])),
  port: oneOrMany(port),
  outcome: oneOrMany(z.enum(["accepted", "refused", "unanswered"])),
  handshake: z.boolean(),
  request: webConditionSchema,
  method: oneOrMany(z.enum(["publickey", "none"])),
  familiar: oneOrMany(z.enum(familiarities)),
  default_account: z.boolean(),
  repeated: z.boolean(),
  pace: oneOrMany(z.enum(paces)),
  clockwork: z.boolean(),
  shared_source: z.boolean(),
  accused: z.boolean(),
  settled_user: z.boolean(),
}).partial();

/** Fields in which observations can differ. */
const fieldName = z.enum(scenarioFields);

const probability = z.number().gt(0).lt(1);

const sequentialSchema = z.strictObject({
  type: z.literal("sequential_test"),
  alpha: probability.default(1e-5),
  beta: probability.default(0.99),
  half_life: duration.optional(),
  /** Only the first observation with each combination of these fields counts. */
  first_contact: z.array(fieldName).min(1).optional(),
  trained: z.boolean().optional(),
  /** What was counted for a user is taken back when that user gets in. */
  forgive: z.literal("user").optional(),
  /** The first case that fits an observation says how likely it is. */
  cases: z.array(z.strictObject({
    when: filterSchema,
    benign: probability,
    attack: probability,
  })).min(1).max(32),
}).refine(({ alpha, beta }) => alpha < beta, {
  message: "expected alpha below beta",
  path: ["alpha"],
});

const bucketSchema = z.strictObject({
  type: z.literal("leaky_bucket"),
  capacity: z.int().min(1).max(10_000),
  leak: duration,
  /** Only observations that differ in these fields count. */
  distinct: z.array(fieldName).min(1).optional(),
  /** Evidence of an overflow, in nats. */
  score: z.number().gt(0).max(100),
}).refine(
  ({ capacity, distinct }) => !distinct || capacity < contactsMax,
  {
    message:
      `expected less than ${contactsMax}, as many as \`distinct\` remembers`,
    path: ["capacity"],
  },
);

const slowWalkSchema = z.strictObject({
  type: z.literal("slow_walk"),
  alpha: probability.default(1e-5),
  beta: probability.default(0.99),
  half_life: duration,
  after: duration,
  sources: z.int().min(64).max(262_144).default(65_536),
  benign: probability,
  attack: probability,
}).refine(({ alpha, beta }) => alpha < beta, {
  message: "expected alpha below beta",
  path: ["alpha"],
}).refine(({ benign, attack }) => benign < attack, {
  message: "expected benign below attack",
  path: ["benign"],
});

const distinctSchema = z.strictObject({
  type: z.literal("distinct"),
  /** In which observations must differ. */
  fields: z.array(fieldName).min(1),
  count: z.int().min(2).max(distinctMax),
  within: duration,
  /** Evidence of that, in nats. */
  score: z.number().gt(0).max(100),
});

const sequenceSchema = z.strictObject({
  type: z.literal("sequence"),
  /** What must be seen, in this order. */
  steps: z.array(z.strictObject({
    when: filterSchema,
    count: z.int().min(1).max(10_000).default(1),
  })).min(1).max(8),
  within: duration,
  /** Evidence of that, in nats. */
  score: z.number().gt(0).max(100),
});

/** Shape of a beta distribution, mean a / (a + b). */
const betaShape = z.strictObject({
  a: z.number().gt(0).max(1_000),
  b: z.number().gt(0).max(1_000),
});

const cusumSchema = z.strictObject({
  type: z.literal("cusum"),
  /** Share of newcomers that never get in, without a campaign and with one. */
  benign: betaShape,
  attack: betaShape,
  /** Newcomers in a group. */
  group: z.int().min(1).max(1_000),
  /** Evidence at which a campaign is on, in nats. */
  threshold: z.number().gt(0).max(100),
  half_life: duration,
  /** How long a newcomer may still get in, by what it tried. */
  wait: z.strictObject({
    several: duration,
    evident: duration,
    shared: duration,
    alone: duration,
  }),
  /** The most tries at one account that nobody else tries. */
  tries: z.int().min(1).max(1_000),
}).refine(
  ({ benign, attack }) =>
    benign.a / (benign.a + benign.b) < attack.a / (attack.a + attack.b),
  { message: "expected fewer failures than under attack", path: ["benign"] },
);

const sampleSchema = z.strictObject({
  title: z.string().min(1),
  log: z.string().min(1).default(""),
  /** Touches of decoys and honeytokens, which no log tells of. */
  touches: z.array(z.strictObject({
    service: word,
    source: z.string().refine(
      (text) => readAddress(text) !== undefined,
      "expected an address",
    ),
    user: word.optional(),
    handshake: z.boolean(),
  })).min(1).optional(),
  alerts: z.array(z.strictObject({
    /** 1-based line of the log that sets it off. */
    line: z.int().min(1),
    subject: z.string(),
    evidence: z.enum(["E0", "E1", "E2"]),
  })),
}).refine(({ log, touches }) => (log === "") === (touches !== undefined), {
  message: "expected either a log or touches",
  path: ["log"],
});

const measureName = z.enum([...measures, "none"]);

/** A scenario as its file says it, times as text. */
export const scenarioSchema: z.ZodType<Scenario> = z.strictObject({
  name: z.string().regex(
    /^[a-z0-9][a-z0-9-]{0,63}$/,
    "expected lowercase letters, digits and hyphens",
  ),
  title: z.string().min(1).max(120),
  technique: z.string().regex(
    /^T\d{4}(?:\.\d{3})?$/,
    "expected an ATT&CK technique such as T1046 or T1110.001",
  ),
  /** The most that this scenario's evidence can be. */
  evidence: z.enum(["E0", "E1", "E2"]),
  filter: filterSchema,
  key: z.union([
    z.literal("site").transform((key): readonly ["site"] => [key]),
    z.enum(scenarioKeys).transform((key) => [key]),
    z.array(z.enum(scenarioKeys)).min(1).max(scenarioKeys.length),
  ]),
  mechanism: z.discriminatedUnion("type", [
    sequentialSchema,
    bucketSchema,
    slowWalkSchema,
    distinctSchema,
    sequenceSchema,
    cusumSchema,
  ]),
  measure: measureName,
  unproven: measureName.optional(),
  /** How long the measure lasts. */
  for: duration.refine((ms) => ms <= 4 * durationUnitsMs.h, {
    message: "expected at most 4h, the longest lease",
  }),
  /** Silence about a subject after an alert. */
  quiet: duration,
  /** For people: `{subject}`, `{count}`, `{span}`, `{service}`, `{user}`. */
  summary: z.string().min(1).max(200),
  sample: z.array(sampleSchema).min(1),
}).refine(
  ({ key, mechanism }) => (key[0] === "site") === (mechanism.type === "cusum"),
  { message: "expected site with cusum, and only there", path: ["key"] },
).refine(
  ({ key, mechanism }) =>
    mechanism.type !== "sequential_test" || !mechanism.forgive ||
    key.includes("source" as never),
  {
    message: "expected a key with source: only there who got in is known",
    path: ["mechanism", "forgive"],
  },
).refine(
  ({ key, mechanism }) =>
    mechanism.type !== "slow_walk" || key.join() === "source",
  { message: "expected source with slow_walk", path: ["key"] },
);
