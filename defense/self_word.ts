/**
 * What a member tells another that asks how it is: which version runs there,
 * which sensors see, what it lacks. It travels sealed for the one that asked
 * (`tell` of the mesh), so members between them learn nothing of it.
 *
 * A payload is one deterministic CBOR array (RFC 8949 §4.2.1):
 *
 * | element | question | word |
 * | --- | --- | --- |
 * | 0 | `self`, text | `self`, text |
 * | 1 | version, 1 | version, 1 |
 * | 2 | kind, 0 | kind, 1 |
 * | 3 | number of the question | number of the question |
 * | 4 | | version of the program, text ≤ 32 |
 * | 5 | | mode: 0 observe, 1 enforce, 2 observer |
 * | 6 | | profile, text ≤ 16 |
 * | 7 | | started, milliseconds since 1970 |
 * | 8 | | measures in force |
 * | 9 | | sensors: `[name ≤ 64, trouble ≤ 160 or empty]` each |
 * | 10 | | findings: `[what ≤ 32, verdict 0–3, detail ≤ 160, next step ≤ 160]` each |
 * | 11 | | where a signal ordered settings: `[id, 16 bytes, state 0–4, why ≤ 160]` |
 *
 * Bounds: `sensorsMax`, `findingsMax` and `payloadBytesMax` of the mesh; the
 * writer drops what is beyond and cuts what is longer, the reader refuses it.
 *
 * @module
 */
import { decodeCbor, encodeCbor, payloadBytesMax } from "../mesh/mod.ts";

/** Sensors one member tells of. Our choice. */
export const sensorsMax = 12;
/** Findings one member tells of. Our choice. */
export const findingsMax = 8;

const tag = "self";
const version = 1;
/** How a member may be set. */
export const selfModes = ["observe", "enforce", "observer"] as const;
/** How much of what is looked for may be there. */
export const selfVerdicts = ["ok", "limited", "missing", "unknown"] as const;
/** What became of settings that a signal ordered. */
export const settingsStates = [
  /** They are in force until the trial ends. */
  "trial",
  /** They are in force for good. */
  "kept",
  /** They were so already. */
  "same",
  /** They are not in force, and were not. */
  "refused",
  /** They were in force, and are not any more. */
  "back",
] as const;
const [nameMax, wordsMax, signalIdBytes] = [64, 160, 16];

/** How a member is, in its own words; nobody else vouches for them. */
export interface SelfWord {
  /** Of the program, after semver.org. */
  readonly version: string;
  /** `observer` only listens to the mesh. */
  readonly mode: typeof selfModes[number];
  /** Pace of its links. */
  readonly profile: string;
  /** Wall clock milliseconds, by its own clock. */
  readonly startedAtMs: number;
  /** Measures in force there. */
  readonly measures: number;
  /** What it watches with. */
  readonly sensors: readonly {
    /** A file, `packets`, … */
    readonly name: string;
    /** Why it sees nothing; absent where it does. */
    readonly trouble?: string;
  }[];
  /** What it lacks. */
  readonly findings: readonly {
    /** What was looked at. */
    readonly what: string;
    /** How much of it is there. */
    readonly verdict: typeof selfVerdicts[number];
    /** What was found. */
    readonly detail: string;
    /** What to do about it; empty where there is nothing to do. */
    readonly nextStep: string;
  }[];
  /** What became of the settings that a signal ordered last. */
  readonly settings?: {
    /** Of the signal: 32 hex characters. */
    readonly id: string;
    readonly state: typeof settingsStates[number];
    /** Why, in its own words; empty where there is nothing to say. */
    readonly why: string;
  };
}

/** A question, or the word on it. */
export type SelfMessage =
  | { readonly kind: "question"; readonly number: number }
  | {
    readonly kind: "word";
    readonly number: number;
    readonly word: SelfWord;
  };

/** The bytes of a question. */
export function encodeQuestion(number: number): Uint8Array {
  return encodeCbor([tag, version, 0, number]);
}

/** The bytes of a word on a question. */
export function encodeWord(number: number, word: SelfWord): Uint8Array {
  for (let dropped = 0;; dropped++) {
    const bytes = encodeShort(number, {
      ...word,
      sensors: word.sensors.slice(0, Math.max(0, sensorsMax - dropped)),
      findings: word.findings.slice(0, Math.max(0, findingsMax - dropped)),
    });
    if (bytes.length <= payloadBytesMax) return bytes;
  }
}

function encodeShort(number: number, word: SelfWord): Uint8Array {
  return encodeCbor([
    tag,
    version,
    1,
    number,
    cut(word.version, 32),
    selfModes.indexOf(word.mode),
    cut(word.profile, 16),
    Math.max(0, Math.trunc(word.startedAtMs)),
    word.measures,
    word.sensors.map(({ name, trouble = "" }) => [
      cut(name, nameMax),
      cut(trouble, wordsMax),
    ]),
    word.findings.map((each) => [
      cut(each.what, 32),
      selfVerdicts.indexOf(each.verdict),
      cut(each.detail, wordsMax),
      cut(each.nextStep, wordsMax),
    ]),
    ...(word.settings
      ? [[
        Uint8Array.fromHex(word.settings.id),
        settingsStates.indexOf(word.settings.state),
        cut(word.settings.why, wordsMax),
      ]]
      : []),
  ]);
}

/** Reads what a member told; undefined for anything else. Never throws. */
export function decodeSelf(payload: Uint8Array): SelfMessage | undefined {
  const fields = decodeCbor(payload);
  if (!Array.isArray(fields)) return undefined;
  const [ours, its, kind, number, ...rest] = fields;
  if (ours !== tag || its !== version || !isCount(number)) return undefined;
  if (kind === 0 && rest.length === 0) return { kind: "question", number };
  const word = kind === 1 ? readWord(rest) : undefined;
  return word && { kind: "word", number, word };
}

function readWord(fields: readonly unknown[]): SelfWord | undefined {
  if (fields.length < 7 || fields.length > 8) return undefined;
  const [program, mode, profile, started, measures, sensors, findings, last] =
    fields;
  const named = selfModes[isCount(mode) ? mode : -1];
  const seen = readList(sensors, sensorsMax, readSensor);
  const found = readList(findings, findingsMax, readFinding);
  const settings = last === undefined ? undefined : readSettings(last);
  if (
    !isText(program, 32) || !named || !isText(profile, 16) ||
    !isCount(started) || !isCount(measures) || !seen || !found ||
    (fields.length === 8 && !settings)
  ) return undefined;
  return {
    version: program,
    mode: named,
    profile,
    startedAtMs: started,
    measures,
    sensors: seen,
    findings: found,
    ...(settings && { settings }),
  };
}

function readSettings(field: unknown): SelfWord["settings"] {
  if (!Array.isArray(field) || field.length !== 3) return undefined;
  const [id, number, why] = field as unknown[];
  const state = settingsStates[isCount(number) ? number : -1];
  if (!(id instanceof Uint8Array) || id.length !== signalIdBytes) {
    return undefined;
  }
  if (!state || !isText(why, wordsMax)) return undefined;
  return { id: id.toHex(), state, why };
}

function readSensor(field: unknown): SelfWord["sensors"][number] | undefined {
  if (!Array.isArray(field) || field.length !== 2) return undefined;
  const [name, trouble] = field;
  if (!isText(name, nameMax) || !isText(trouble, wordsMax)) return undefined;
  return trouble === "" ? { name } : { name, trouble };
}

function readFinding(field: unknown): SelfWord["findings"][number] | undefined {
  if (!Array.isArray(field) || field.length !== 4) return undefined;
  const [what, number, detail, nextStep] = field;
  const verdict = selfVerdicts[isCount(number) ? number : -1];
  if (
    !isText(what, 32) || !verdict || !isText(detail, wordsMax) ||
    !isText(nextStep, wordsMax)
  ) return undefined;
  return { what, verdict, detail, nextStep };
}

function readList<T>(
  field: unknown,
  countMax: number,
  read: (item: unknown) => T | undefined,
): T[] | undefined {
  if (!Array.isArray(field) || field.length > countMax) return undefined;
  const items = field.map(read);
  return items.every((item) => item !== undefined) ? items : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** What a member sends is shown to people, so no control may be in it. */
function isText(value: unknown, lengthMax: number): value is string {
  return typeof value === "string" && value.length <= lengthMax &&
    value.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value);
}

function cut(text: string, lengthMax: number): string {
  const clean = text.toWellFormed().replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    " ",
  );
  return clean.length <= lengthMax
    ? clean
    : `${clean.slice(0, lengthMax - 1)}…`.toWellFormed();
}
