/**
 * Logins in the log of Linux's audit system (`auditd.conf(5)`, `ausearch(8)`;
 * the fields are those of the audit userspace's dictionary):
 *
 * `type=USER_AUTH msg=audit(1604994496.155:92733): pid=… acct="root"
 * hostname=… addr=192.0.2.7 terminal=ssh res=failed`
 *
 * One refused login makes several records. The verdict of PAM (`USER_AUTH`)
 * counts; `USER_LOGIN`, written when sshd gives up or lets someone in, counts
 * as a refusal only if its process has had no `USER_AUTH` refused, and alone
 * as an acceptance. A key that does not fit is no guess.
 *
 * What an ordinary user's program runs (`SYSCALL`, `EXECVE`, …) is understood
 * and tells nothing here: it names no address.
 *
 * Bound: `processesMax` processes remembered; the longest silent is forgotten,
 * and a login of its may count twice.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import { AddressCache } from "./address_cache.ts";
import { ownCopy } from "./own_copy.ts";
import { type RecordCounters, RecordTally } from "./record_tally.ts";

const nothing: readonly Observation[] = [];
const processesMax = 4_096;
const userLengthMax = 128;
/** Records are at most 8,970 bytes (`MAX_AUDIT_MESSAGE_LENGTH`). */
const recordLengthMax = 16_384;

const head =
  /^(?:node=(\S{1,255}) )?type=([A-Z][A-Z0-9_]{0,31}|UNKNOWN\[\d{1,5}\]) msg=audit\((\d{1,12})\.(\d{3}):\d{1,12}\): ?/;

/** What `ausearch` writes between the events it has found. */
const between = /^(?:----|time->.{1,64})$/;

/** Whether the beginning of a text looks like an audit log. */
export function looksLikeAuditLog(start: string): boolean {
  return head.test(start.replace(/^----\r?\n(?:time->.{1,64}\r?\n)?/, ""));
}

/** Reads one log, line by line. */
export class AuditLog {
  readonly #addresses = new AddressCache();
  readonly #tally = new RecordTally();
  /** Processes with a refusal that was told. */
  readonly #refused = new RecentMap<string, true>(processesMax);

  /**
   * Takes one line.
   *
   * @param number Number of the line, for people; left out of a live log.
   */
  read(line: string, number?: number): readonly Observation[] {
    if (line === "" || between.test(line)) return nothing;
    this.#tally.records++;
    const parts = line.length > recordLengthMax ? null : head.exec(line);
    if (!parts) {
      this.#tally.unparsed++;
      return nothing;
    }
    const [whole, node = "", type = "", seconds = "", ms = ""] = parts;
    const atMs = Number(seconds) * 1_000 + Number(ms);
    this.#tally.at(atMs);
    if (type !== "USER_AUTH" && type !== "USER_LOGIN") return nothing;
    const fields = fieldsOf(line.slice(whole.length));
    return this.#login(type, atMs, node, fields, number);
  }

  #login(
    type: "USER_AUTH" | "USER_LOGIN",
    atMs: number,
    node: string,
    fields: ReadonlyMap<string, string>,
    line: number | undefined,
  ): readonly Observation[] {
    const field = (name: string) => fields.get(name) ?? "";
    const process = `${node} ${field("pid")}`;
    const result = field("res");
    const isAccepted = result === "success" || result === "1";
    const operation = field("op");
    if (isAccepted) {
      if (type === "USER_AUTH") return nothing;
      this.#refused.delete(process);
    } else {
      if (/pubkey|key|hostbased/.test(operation)) return nothing;
      if (type === "USER_LOGIN" && this.#refused.delete(process)) {
        return nothing;
      }
    }
    const source = this.#addresses.read(field("addr"));
    if (source === undefined || source === "127.0.0.1" || source === "::1") {
      this.#tally.noAddress++;
      return nothing;
    }
    if (!isAccepted && type === "USER_AUTH") this.#refused.set(process, true);
    const name = accountOf(field("acct"));
    const unknownUser = /^\(?(?:unknown|invalid) ?(?:user)?\)?$/.test(name);
    const common = {
      atMs,
      service: serviceOf(field("exe"), field("terminal")),
      source,
      ...(name !== "" && !unknownUser && { user: name }),
      ...(line !== undefined && { line }),
    };
    return isAccepted ? [{ kind: "auth_success", ...common }] : [{
      kind: "auth_failure",
      ...common,
      ...(unknownUser && { unknownUser }),
    }];
  }

  /** What became of the records so far. */
  get counters(): RecordCounters {
    return this.#tally.counters;
  }
}

/** Fields by name, the first of each; `"quoted"` comes with its quotes. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const pattern = /(?:^|[ '])([a-z][a-z-]{0,31})=("[^"]*"|[^\s'"]*)/g;
  for (const [, name = "", value = ""] of text.matchAll(pattern)) {
    if (!fields.has(name)) fields.set(name, value);
  }
  return fields;
}

/** Quoted as it is, or, if it has blanks or quotes in it, as hexadecimal. */
function accountOf(text: string): string {
  if (text.startsWith('"')) {
    return ownCopy(text.slice(1, -1).slice(0, userLengthMax));
  }
  if (text === "?" || text === "") return "";
  if (!/^(?:[0-9A-F]{2}){1,256}$/.test(text)) {
    return text.slice(0, userLengthMax);
  }
  const bytes = Uint8Array.from(
    text.match(/../g) ?? [],
    (pair) => parseInt(pair, 16),
  );
  return new TextDecoder().decode(bytes).slice(0, userLengthMax);
}

function serviceOf(program: string, terminal: string): string {
  const name = program.replace(/^"|"$/g, "").split("/").at(-1) ?? "";
  if (/^sshd(?:-session|-auth)?$/.test(name) || terminal === "ssh") {
    return "sshd";
  }
  return name === "" || name === "?" ? "pam" : name.slice(0, userLengthMax);
}
