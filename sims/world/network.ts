/**
 * Connections between virtual hosts: in order like TCP, through the weather
 * between each pair. It carries cells and tokens and knows nothing of what is
 * in them.
 *
 * A cut stops a direction: with `cutsLose` cells vanish in it, else they wait
 * in the sender's kernel for the next retransmission. A host that is killed is
 * gone like a machine without power, and nobody is told; one that crashes
 * leaves a kernel behind that closes its connections.
 *
 * Bounds: `sendBufferCells` held per connection and direction, beyond which
 * the connection ends; `queueBytesMax` per direction between two hosts.
 *
 * @module
 */
import {
  cellBytes,
  type DialRequest,
  type LinkId,
  type Transport,
  type TransportEvent,
} from "../../mesh/mod.ts";
import type { VirtualClock } from "./clock.ts";
import type { SeededRandom } from "./random.ts";
import {
  type Delay,
  fairWeather,
  retransmitFirstMs,
  retransmitMaxMs,
  retriesMax,
  sendBufferCells,
  type Weather,
  wireBytes,
} from "./weather.ts";

/** What a host does with what arrives. */
export interface Listener {
  admit(token: Uint8Array): boolean;
  transport(event: TransportEvent): void;
  /** Does `act` when the host's processor is free; without it, at once. */
  turn?(act: () => void): void;
}

/** One cell on the wire. */
export interface SentCell {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  /** The sender's number of the connection. */
  readonly link: LinkId;
  readonly cell: Uint8Array;
}

/** One direction between two hosts. */
interface Way {
  weather: Weather;
  cut: boolean;
  /** When the wire is free again. */
  freeMs: number;
}

interface Station {
  readonly host: string;
  listener: Listener | undefined;
  /** Nobody can dial it: behind NAT or a firewall. */
  closedToDials: boolean;
  readonly ends: Map<LinkId, End>;
  /** How often a program took hold of the host's connections. */
  run: number;
}

/** One end of a connection. */
class End {
  readonly station: Station;
  readonly link: LinkId;
  readonly connection: Connection;
  /** The direction from here to the other end. */
  readonly way: Way;
  /** Itself until it is joined to another. */
  other: End = this;
  /** When the last cell from here arrives; later ones never overtake. */
  arrivesMs = 0;
  /** What waits in this end's kernel while a retransmission is due. */
  readonly held: Uint8Array[] = [];
  retries = 0;

  constructor(
    station: Station,
    link: LinkId,
    connection: Connection,
    way: Way,
  ) {
    this.station = station;
    this.link = link;
    this.connection = connection;
    this.way = way;
  }
}

interface Connection {
  open: boolean;
}

/** How the network treats what it cannot carry. */
export interface NetworkRules {
  /** A cut loses cells instead of delaying them. */
  readonly cutsLose: boolean;
  /** How long a dial into nothing takes to fail. */
  readonly dialFailsAfterMs: number;
}

/** A dialler's kernel gives up in a minute or two, production sooner: 10 s. */
const usualRules: NetworkRules = { cutsLose: false, dialFailsAfterMs: 10_000 };

/** The wire between all hosts. */
export class VirtualNetwork {
  /** Every cell that was sent, while `recording`. */
  readonly sent: SentCell[] = [];
  recording = false;
  /** Cells carried so far. */
  cells = 0;
  /** Cells lost for good. */
  lost = 0;
  /** Connections that died of too many lost retransmissions or a full buffer. */
  died = 0;
  /** Changes a cell on its way; undefined loses it. */
  tamper: ((sent: SentCell) => Uint8Array | undefined) | undefined;
  /** Told of each cell as it is sent. */
  onSent: ((sent: SentCell) => void) | undefined;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #weather: Weather;
  readonly #rules: NetworkRules;
  readonly #stations = new Map<string, Station>();
  readonly #ways = new Map<string, Way>();
  #accepted = 0;

  constructor(
    clock: VirtualClock,
    random: SeededRandom,
    delay: Delay,
    rules: NetworkRules = usualRules,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#weather = fairWeather(delay);
    this.#rules = rules;
  }

  /** Puts a host on the network under an address `host:port`. */
  listen(host: string, listener: Listener): void {
    this.#station(host).listener = listener;
  }

  /** The connections of one host. */
  transportOf(host: string): Transport {
    const station = this.#station(host);
    // A program that was killed may still believe that it runs.
    const run = ++station.run;
    return {
      dial: (request) => {
        if (station.run === run) this.#dial(station, request);
      },
      send: (link, cell) => {
        const end = station.run === run ? station.ends.get(link) : undefined;
        if (end) this.#send(end, cell);
      },
      close: (link) => {
        const end = station.run === run ? station.ends.get(link) : undefined;
        if (!end) return;
        this.#close(end);
        this.#clock.after(0, () => {
          this.#tell(station, { type: "closed", link, reason: "" });
        });
      },
    };
  }

  /** The host vanishes: nobody is told. */
  kill(host: string): void {
    const station = this.#station(host);
    station.listener = undefined;
    station.ends.clear();
  }

  /** The host's program ends; its kernel closes what was open. */
  crash(host: string): void {
    const station = this.#station(host);
    station.listener = undefined;
    for (const end of [...station.ends.values()]) this.#close(end);
  }

  /** From now on nothing passes between two hosts, or does again. */
  cut(a: string, b: string, cut = true): void {
    this.cutOneWay(a, b, cut);
    this.cutOneWay(b, a, cut);
  }

  /** From now on nothing passes from one host to another, or does again. */
  cutOneWay(from: string, to: string, cut = true): void {
    this.#way(from, to).cut = cut;
  }

  /** Whether a direction is cut. */
  isCut(from: string, to: string): boolean {
    return this.#way(from, to).cut;
  }

  /** Changes the weather from one host to another; without it, to the usual. */
  setWeather(from: string, to: string, weather?: Partial<Weather>): void {
    this.#way(from, to).weather = { ...this.#weather, ...weather };
  }

  /** Whether a host can be dialled or can only dial. */
  closeToDials(host: string, closed = true): void {
    this.#station(host).closedToDials = closed;
  }

  /** Hands `cell` to a host as if a peer's link had carried it. */
  inject(host: string, link: LinkId, cell: Uint8Array): void {
    this.#tell(this.#station(host), { type: "cell", link, cell });
  }

  /** Numbers of the links that are up at a host. */
  linksOf(host: string): LinkId[] {
    return [...this.#station(host).ends.keys()];
  }

  #station(host: string): Station {
    const known = this.#stations.get(host);
    if (known) return known;
    const station: Station = {
      host,
      listener: undefined,
      closedToDials: false,
      ends: new Map(),
      run: 0,
    };
    this.#stations.set(host, station);
    return station;
  }

  #way(from: string, to: string): Way {
    const name = `${from} ${to}`;
    const known = this.#ways.get(name);
    if (known) return known;
    const way = { weather: this.#weather, cut: false, freeMs: 0 };
    this.#ways.set(name, way);
    return way;
  }

  #dial(station: Station, { link, address, token }: DialRequest): void {
    const [there, back] = [
      this.#way(station.host, address),
      this.#way(address, station.host),
    ];
    const refuse = (afterMs: number) => {
      this.#clock.after(afterMs, () => {
        this.#tell(station, { type: "closed", link, reason: "refused" });
      });
    };
    const wayMs = this.#travelMs(there) + this.#travelMs(back);
    this.#clock.after(wayMs, () => {
      const target = this.#station(address);
      const { listener } = target;
      const reached = !target.closedToDials && !there.cut && !back.cut;
      if (!listener || !reached) {
        refuse(Math.max(0, this.#rules.dialFailsAfterMs - wayMs));
        return;
      }
      const meet = () => {
        if (target.listener !== listener || !listener.admit(token)) {
          refuse(0);
          return;
        }
        const accepted = this.#connect(station, link, target, there, back);
        this.#tell(target, { type: "accepted", link: accepted, token });
        this.#tell(station, { type: "connected", link });
      };
      if (listener.turn) listener.turn(meet);
      else meet();
    });
  }

  #connect(
    station: Station,
    link: LinkId,
    target: Station,
    there: Way,
    back: Way,
  ): LinkId {
    // Links that a host accepts are numbered apart from those it dials.
    const accepted = 1_000_000_000 + this.#accepted++;
    const connection = { open: true };
    const a = new End(station, link, connection, there);
    const b = new End(target, accepted, connection, back);
    a.other = b;
    b.other = a;
    station.ends.set(link, a);
    target.ends.set(accepted, b);
    return accepted;
  }

  #send(end: End, cell: Uint8Array): void {
    if (!end.connection.open) return;
    if (cell.length !== cellBytes) {
      throw new RangeError(
        `Cannot send ${cell.length} bytes: cells have ${cellBytes}`,
      );
    }
    this.cells++;
    let arriving: Uint8Array | undefined = cell;
    if (this.recording || this.onSent || this.tamper) {
      const sent = {
        atMs: this.#clock.nowMs(),
        from: end.station.host,
        to: end.other.station.host,
        link: end.link,
        cell,
      };
      if (this.recording) this.sent.push(sent);
      this.onSent?.(sent);
      if (this.tamper) arriving = this.tamper(sent);
    }
    if (!arriving) return;
    if (end.held.length > 0) this.#hold(end, arriving);
    else if (!this.#depart(end, arriving)) this.#lose(end, arriving);
  }

  /** Puts one cell on the wire; false if it is lost. */
  #depart(end: End, cell: Uint8Array): boolean {
    const { way } = end;
    const { weather } = way;
    if (way.cut) return false;
    if (weather.lossShare > 0 && this.#random.uniform() < weather.lossShare) {
      return false;
    }
    const nowMs = this.#clock.nowMs();
    let leavesMs = nowMs;
    if (weather.bytesPerSecond !== Infinity) {
      const bytesPerMs = weather.bytesPerSecond / 1_000;
      const waiting = Math.max(0, way.freeMs - nowMs) * bytesPerMs;
      if (waiting + wireBytes > weather.queueBytesMax) return false;
      way.freeMs = Math.max(nowMs, way.freeMs) + wireBytes / bytesPerMs;
      leavesMs = way.freeMs;
    }
    end.arrivesMs = Math.max(end.arrivesMs, leavesMs + this.#travelMs(way));
    const { other, connection } = end;
    this.#clock.after(end.arrivesMs - nowMs, () => {
      // A connection that was closed still delivers what was on its way.
      if (!connection.open && !other.station.ends.has(other.link)) return;
      if (other.station.ends.get(other.link) !== other) return;
      this.#tell(other.station, { type: "cell", link: other.link, cell });
    });
    return true;
  }

  #lose(end: End, cell: Uint8Array): void {
    const { cut, weather } = end.way;
    if (weather.losesForGood || (cut && this.#rules.cutsLose)) {
      this.lost++;
      return;
    }
    end.retries = 0;
    this.#hold(end, cell);
    this.#retransmitLater(end);
  }

  #hold(end: End, cell: Uint8Array): void {
    if (end.held.length >= sendBufferCells) return this.#die(end);
    end.held.push(cell);
  }

  #retransmitLater(end: End): void {
    const waitMs = Math.min(
      retransmitMaxMs,
      retransmitFirstMs * 2 ** end.retries,
    );
    this.#clock.after(waitMs, () => {
      if (!end.connection.open) return;
      while (end.held[0] && this.#depart(end, end.held[0])) {
        end.held.shift();
        end.retries = 0;
      }
      if (end.held.length === 0) return;
      if (++end.retries > retriesMax) this.#die(end);
      else this.#retransmitLater(end);
    });
  }

  /** Both kernels give up. */
  #die(end: End): void {
    if (!end.connection.open) return;
    this.died++;
    end.connection.open = false;
    for (const { station, link } of [end, end.other]) {
      station.ends.delete(link);
      this.#clock.after(0, () => {
        this.#tell(station, { type: "closed", link, reason: "timed out" });
      });
    }
  }

  /** One end goes; the other hears of it behind the cells on their way. */
  #close(end: End): void {
    const { connection, station, other, way } = end;
    connection.open = false;
    station.ends.delete(end.link);
    end.held.length = 0;
    const nowMs = this.#clock.nowMs();
    const atMs = Math.max(end.arrivesMs, nowMs + this.#travelMs(way));
    this.#clock.after(atMs - nowMs, () => {
      if (other.station.ends.get(other.link) !== other) return;
      // A kernel that hears nothing finds out when it next sends; production
      // finds out by silence, long before.
      if (way.cut) return;
      other.station.ends.delete(other.link);
      this.#tell(other.station, {
        type: "closed",
        link: other.link,
        reason: "",
      });
    });
  }

  #tell(station: Station, event: TransportEvent): void {
    const { listener } = station;
    if (!listener) return;
    if (!listener.turn) return listener.transport(event);
    listener.turn(() => {
      if (station.listener === listener) listener.transport(event);
    });
  }

  #travelMs({ weather }: Way): number {
    const { baseMs, jitterMs } = weather.delay;
    return jitterMs === 0 ? baseMs : baseMs + this.#random.pause(jitterMs);
  }
}
