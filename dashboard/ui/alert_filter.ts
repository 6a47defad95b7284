/**
 * What of the alerts is wanted, as it stands in the address bar and as it is
 * asked of the API. A link to a filtered list is so a link like any other.
 *
 * | in the address | in the API |
 * | --- | --- |
 * | `q` | `subject` where it is an address, else `text` |
 * | `technique`, `evidence`, `node` | the same; `node=here` for this machine |
 * | `within`, in hours | `sinceMs` |
 * | `state` | `state` |
 *
 * @module
 */
import type { AlertRecord } from "../api/agent_desk.ts";

/** Hours that one can choose. */
export const spans = [1, 24, 168, 720] as const;

/** The fields of a filter, as in the address bar. */
export const filterFields = [
  "q",
  "technique",
  "evidence",
  "node",
  "within",
  "state",
] as const;
/** One of them. */
export type FilterField = typeof filterFields[number];

/** Values that are given, empty where one is not. */
export type AlertFilter = Readonly<Record<FilterField, string>>;

const wellFormed: Readonly<Record<FilterField, RegExp>> = {
  q: /^[^\0]{1,256}$/,
  technique: /^T[0-9.]{1,15}$/,
  evidence: /^E[012]$/,
  node: /^(?:here|[0-9a-f]{64})$/,
  within: new RegExp(`^(?:${spans.join("|")})$`),
  state: /^(?:contained|free)$/,
};

/** What the address bar says; what nobody can have chosen is left out. */
export function readFilter(params: URLSearchParams): AlertFilter {
  const read = filterFields.map((field) => {
    const value = params.get(field) ?? "";
    return [field, wellFormed[field].test(value) ? value : ""];
  });
  return Object.fromEntries(read) as AlertFilter;
}

/** The same for the address bar, with one field changed. */
export function placeOf(
  filter: AlertFilter,
  change: Partial<AlertFilter> = {},
): string {
  const params = new URLSearchParams();
  const all = { ...filter, ...change };
  for (const field of filterFields) {
    if (all[field] !== "") params.set(field, all[field]);
  }
  return params.size > 0 ? `/alerts?${params}` : "/alerts";
}

/**
 * The same for the API.
 *
 * @param nowMs Wall clock milliseconds; taken to a minute, so that the same
 * filter asks for the same again.
 */
export function queryOf(filter: AlertFilter, nowMs: number): string {
  const { q, technique, evidence, node, within, state } = filter;
  const params = new URLSearchParams();
  const words = q.trim();
  const address = addressIn(words);
  if (address) params.set("subject", address);
  else if (words !== "") params.set("text", words);
  if (technique !== "") params.set("technique", technique);
  if (evidence !== "") params.set("evidence", evidence);
  if (node !== "") params.set("node", node === "here" ? "" : node);
  if (state !== "") params.set("state", state);
  if (within !== "") {
    const minuteMs = Math.floor(nowMs / 60_000) * 60_000;
    params.set("sinceMs", String(minuteMs - Number(within) * 3_600_000));
  }
  return params.size > 0 ? `&${params}` : "";
}

/**
 * Whether an alert that just came is among what is wanted, as far as the alert
 * itself tells: whether its address is contained, only the API knows.
 */
export function isWanted(filter: AlertFilter, alert: AlertRecord): boolean {
  const { q, technique, evidence, node } = filter;
  const words = q.trim();
  const address = addressIn(words);
  const { subject, ...rest } = alert;
  // As the journal searches: capitals are no matter.
  const hay = JSON.stringify(rest).toLowerCase();
  return (technique === "" || technique === alert.technique) &&
    (evidence === "" || evidence === alert.evidence) &&
    (node === "" || (node === "here" ? "" : node) === alert.node) &&
    (address
      // An alert is about the whole /64 of an IPv6 address.
      ? subject === address || subject === networkOf(address)
      : hay.includes(words.toLowerCase()));
}

/** Whether anything is asked for. */
export function isFiltered(filter: AlertFilter): boolean {
  return filterFields.some((field) => filter[field] !== "");
}

const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const dottedQuad = new RegExp(`^(?:${octet}\\.){3}${octet}$`);

/** A whole address in its one spelling; the API refuses others as a subject. */
function addressIn(text: string): string | undefined {
  if (dottedQuad.test(text)) return text;
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text)) return undefined;
  try {
    return new URL(`http://[${text}]/`).hostname.slice(1, -1);
  } catch {
    return undefined;
  }
}

/** The /64 of an IPv6 address, as the journal writes it: by its first address. */
function networkOf(address: string): string | undefined {
  const [before = [], after = []] = address.split("::")
    .map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array<string>(8 - before.length - after.length).fill("0");
  const network = [...before, ...zeros, ...after].slice(0, 4);
  return addressIn(`${network.join(":")}::`);
}
