/**
 * From what services say to observations: finds the address, counts each
 * refused login once, and says what was seen. Shared by syslog, where many
 * services write, and by the log files of one service.
 *
 * A source that is a host name is understood but not seen: we contain
 * addresses, and names are the source's own claim.
 *
 * Bounds: `peersMax` processes whose peer is remembered, the longest silent is
 * dropped; `pathLengthMax`, `agentLengthMax` and `userLengthMax` characters of
 * the client's text, the rest is cut off.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type {
  AuthFailure,
  AuthSuccess,
  Observation,
  WebRequest,
} from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import { AddressCache } from "./address_cache.ts";
import { ownCopy } from "./own_copy.ts";
import { summedAttemptsMax } from "./pam_log.ts";
import type {
  AnsweredRequest,
  RefusedAtService,
  Service,
  ServiceReading,
} from "./service_reading.ts";
import { SourceAttempts } from "./source_attempts.ts";
import type { LoginLogCounters } from "./text_format.ts";

/** A longer message is read no further: bounds what a hostile line can cost. */
export const serviceMessageLengthMax = 8_192;
const pathLengthMax = 1_024;
const agentLengthMax = 256;
const userLengthMax = 128;
const peersMax = 4_096;
const nothing: readonly Observation[] = [];

/** When and by which process a message was written. */
export interface MessageOrigin {
  /** Wall clock milliseconds. */
  readonly atMs: number;
  /** Name of the host; empty if unknown. */
  readonly host: string;
  /** Process id, or -1. */
  readonly pid: number;
}

/** The services of one log. */
export class ServiceLog {
  readonly counters: LoginLogCounters = {
    understood: 0,
    noAddress: 0,
    duplicates: 0,
    ambiguous: 0,
  };
  /** Shared with whoever reads PAM's lines about the same services. */
  readonly attempts: SourceAttempts;
  readonly #addresses = new AddressCache();
  readonly #peers = new RecentMap<string, string>(peersMax);

  /** @param attempts Shared with the readers of other logs, if there are any. */
  constructor(attempts = new SourceAttempts()) {
    this.attempts = attempts;
  }

  /**
   * Takes what a message said.
   *
   * @param times How often the message was written.
   * @param line Number of the line, for people; left out of a live log.
   */
  take(
    service: Service,
    reading: ServiceReading,
    origin: MessageOrigin,
    times: number,
    line: number | undefined,
  ): readonly Observation[] {
    this.counters.understood++;
    switch (reading.what) {
      case "refused":
        return this.#refuse(service, reading, origin, times, line);
      case "accepted":
        return this.#accept(service, reading.host, reading.user, origin, line);
      case "request":
        return this.#request(service, reading, origin, times, line);
      case "connected":
        if (origin.pid >= 0) {
          this.#peers.set(peerKey(origin), ownCopy(reading.host));
        }
        return nothing;
      case "refused_peer": {
        const host = this.#peers.use(peerKey(origin)) ?? "";
        const { user, unknownUser = false } = reading;
        return this.#refuse(
          service,
          { what: "refused", form: "login", host, user, unknownUser },
          origin,
          times,
          line,
        );
      }
      case "accepted_peer": {
        const host = this.#peers.use(peerKey(origin)) ?? "";
        return this.#accept(service, host, reading.user, origin, line);
      }
      case "ambiguous":
        this.counters.ambiguous++;
        return nothing;
      case "other":
        return nothing;
    }
  }

  #refuse(
    service: Service,
    reading: RefusedAtService,
    { atMs }: MessageOrigin,
    repeated: number,
    line: number | undefined,
  ): readonly Observation[] {
    const source = this.#source(reading.host);
    if (source === undefined) return nothing;
    const { form, user, unknownUser, forgeable } = reading;
    const times = Math.min((reading.times ?? 1) * repeated, summedAttemptsMax);
    const news = this.attempts.count(service.family, source, atMs, form, times);
    if (news === 0) {
      this.counters.duplicates++;
      return nothing;
    }
    const seen: AuthFailure = {
      kind: "auth_failure",
      atMs,
      service: service.name,
      source,
      ...(user === "" ? {} : { user: clip(user, userLengthMax) }),
      ...(unknownUser === true ? { unknownUser } : {}),
      ...(forgeable === true ? { handshake: false } : {}),
      ...(line === undefined ? {} : { line }),
    };
    return news === 1 ? [seen] : Array.from({ length: news }, () => seen);
  }

  #accept(
    service: Service,
    host: string,
    user: string,
    { atMs }: MessageOrigin,
    line: number | undefined,
  ): readonly Observation[] {
    const source = this.#source(host);
    if (source === undefined) return nothing;
    this.attempts.accept(service.family, source);
    const seen: AuthSuccess = {
      kind: "auth_success",
      atMs,
      service: service.name,
      source,
      ...(user === "" ? {} : { user: clip(user, userLengthMax) }),
      ...(line === undefined ? {} : { line }),
    };
    return [seen];
  }

  #request(
    service: Service,
    { host, method, path, status, agent, user }: AnsweredRequest,
    { atMs }: MessageOrigin,
    times: number,
    line: number | undefined,
  ): readonly Observation[] {
    const source = this.#source(host);
    if (source === undefined) return nothing;
    const seen: WebRequest = {
      kind: "web_request",
      atMs,
      service: service.name,
      source,
      method: clip(method, userLengthMax),
      path: clip(path, pathLengthMax),
      status,
      ...(agent === "" ? {} : { agent: clip(agent, agentLengthMax) }),
      ...(user === "" ? {} : { user: clip(user, userLengthMax) }),
      ...(line === undefined ? {} : { line }),
    };
    return times === 1
      ? [seen]
      : Array.from({ length: Math.min(times, summedAttemptsMax) }, () => seen);
  }

  #source(host: string): Address | undefined {
    const source = host === "" ? undefined : this.#addresses.read(host);
    if (source === undefined) this.counters.noAddress++;
    return source;
  }
}

function peerKey({ host, pid }: MessageOrigin): string {
  return `${host} ${pid}`;
}

/** At most `length` characters, as a copy that keeps no longer text alive. */
function clip(text: string, length: number): string {
  return text.length > length ? text.slice(0, length) : text;
}
