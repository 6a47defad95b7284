/**
 * Keeps the decoys: starts them, opens and closes the doors for steered clients
 * as the mode changes, tells containment where to steer, hands touches to the detectors and transcripts to the journal, and remembers the
 * latest ones whole for `stealthmesh decoys`.
 *
 * The journal gets no passwords: somebody steered by mistake may have typed a
 * real one, and the journal is kept for months. They are shown from memory.
 *
 * Bound: {@linkcode entriesPerHourMax} journal entries an hour; the rest is
 * only counted.
 *
 * @module
 */
import type { DecoysView } from "../dashboard/mod.ts";
import {
  type Address,
  bringersMax,
  type DecoyTouch,
  type JournalEntry,
  type NumberedTranscript,
  type SteerPlan,
  type Transcript,
  TranscriptRing,
} from "../defense/mod.ts";
import {
  type Admission,
  type DecoyReport,
  type Decoys,
  type DecoysStart,
  type DecoyTouched,
  type spawnDecoys,
} from "../defense/host/mod.ts";
import type { DecoyNodes } from "./decoy_nodes.ts";

/** Our choice, as for what one member's messages may cause. */
const entriesPerHourMax = 240;
const hourMs = 3_600_000;
/** Notes of a transcript that the journal keeps. */
const journalNotesMax = 8;

/** Before the agent has started nobody is steered. */
const nobody: Admission = { to: "nobody" };

/** Touches kept until somebody listens; our choice. */
const earlyMax = 64;

/** What the keeper needs to open the decoys. */
export interface DecoyKeeperWorld {
  /** Starts the isolate; {@linkcode spawnDecoys} on a real host. */
  readonly spawn: typeof spawnDecoys;
  record(entry: JournalEntry): void;
  onTrouble(message: string): void;
  wallMs(): number;
}

/** What is there only once the rest of the agent has started. */
export interface DecoyConnections {
  steerTo(plan: SteerPlan | undefined): Promise<void>;
  /** Where to go with a client. */
  admit(source: Address): Admission;
  /** Which members bring clients, and how it goes to bring them some. */
  readonly nodes: Pick<DecoyNodes, "admitMember" | "addresses" | "reached">;
  onTouched(touch: DecoyTouch): void;
  /** The decoys listen on these ports from now on. */
  onListening(ports: readonly number[]): void;
}

/** The decoys of this host, or their absence. */
export class DecoyKeeper {
  readonly #world: DecoyKeeperWorld;
  readonly #ring = new TranscriptRing();
  #connections: DecoyConnections | undefined;
  #early: DecoyTouch[] = [];
  #decoys: Decoys | undefined;
  #failed = false;
  /** Members' addresses that containment was told. */
  #bringers = "";
  #hour = -1;
  #entries = 0;
  #unwritten = 0;

  private constructor(world: DecoyKeeperWorld) {
    this.#world = world;
  }

  /**
   * Opens the decoys, if any are wanted. A port that is taken is a trouble;
   * the rest works. Nobody is steered to them before {@linkcode connect}.
   */
  static async start(
    start: DecoysStart | undefined,
    world: DecoyKeeperWorld,
  ): Promise<DecoyKeeper> {
    const keeper = new DecoyKeeper(world);
    if (start) await keeper.#open(start);
    return keeper;
  }

  /** From now on touches are told, and clients steered. */
  async connect(connections: DecoyConnections): Promise<void> {
    this.#connections = connections;
    for (const touch of this.#early) connections.onTouched(touch);
    this.#early = [];
    await this.#steer();
  }

  /**
   * Opens the doors for steered clients, as for `enforce`, or closes them;
   * whoever is held there is let go, and is in the record. What goes wrong is a
   * trouble and stops nobody: steered connections then end nowhere.
   */
  async steer(wanted: boolean): Promise<void> {
    const decoys = this.#decoys;
    if (!decoys || this.#failed) return;
    try {
      // Nobody is sent to a door that is about to close.
      if (!wanted) await this.#connections?.steerTo(undefined);
      const told = new Set(decoys.troubles);
      await decoys.steer(wanted);
      for (const each of decoys.troubles) {
        if (!told.has(each)) this.#world.onTrouble(each);
      }
      this.#connections?.onListening(decoys.listening);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const what = wanted ? "opened" : "closed";
      this.#world.onTrouble(`decoys are not ${what}: ${why}`);
    }
    if (wanted) await this.#steer();
  }

  /** Whether there are decoys whose doors could be opened. */
  get ready(): boolean {
    return this.#decoys !== undefined && !this.#failed;
  }

  /** The roster has changed: others may bring clients. */
  async readMembers(): Promise<void> {
    const members = this.plan?.members;
    if (members && members.addresses.join() !== this.#bringers) {
      await this.#steer();
    }
  }

  async #steer(): Promise<void> {
    const { plan } = this;
    if (plan === undefined) return;
    this.#bringers = plan.members?.addresses.join() ?? "";
    try {
      await this.#connections?.steerTo(plan);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#world.onTrouble(
        `steered connections are dropped, not answered by decoys: ${why}`,
      );
    }
  }

  /** Where steered connections end; `undefined` where they end nowhere. */
  get plan(): SteerPlan | undefined {
    const { plan, membersPort: port } = this.#decoys ?? {};
    if (this.#failed || !plan || port === undefined) {
      return this.#failed ? undefined : plan;
    }
    const addresses = this.#connections?.nodes.addresses() ?? [];
    return {
      ...plan,
      members: { port, addresses: addresses.slice(0, bringersMax) },
    };
  }

  /** Every port the decoys listen on. */
  get listening(): readonly number[] {
    return this.#decoys?.listening ?? [];
  }

  /** The decoys and the latest transcripts, for `stealthmesh decoys`. */
  async view(): Promise<Omit<DecoysView, "nodes">> {
    const report = await this.#report();
    return {
      running: report !== undefined && report.doors.length > 0,
      doors: (report?.doors ?? []).map((
        { port, listen, service, relay, steered, members },
      ) => ({
        port,
        listen,
        service: members ? "members" : relay ? "relay" : service,
        steered,
      })),
      counters: {
        held: report?.held ?? 0,
        taken: report?.taken ?? 0,
        turnedAway: report?.turnedAway ?? 0,
        strangers: report?.strangers ?? 0,
        passedOn: report?.passedOn ?? 0,
        untold: report?.untold ?? 0,
        unwritten: this.#unwritten,
      },
      transcripts: this.#ring.latest(),
    };
  }

  /** Lets every client go. */
  async stop(): Promise<void> {
    if (this.#failed) return;
    await this.#decoys?.stop();
  }

  async #open(start: DecoysStart): Promise<void> {
    const world = this.#world;
    try {
      this.#decoys = await world.spawn(start, {
        admit: (source) => this.#connections?.admit(source) ?? nobody,
        admitMember: (source) =>
          this.#connections?.nodes.admitMember(source) ?? nobody,
        onReach: (reach) => this.#connections?.nodes.reached(reach),
        onTouched: (touch) => this.#touched(touch),
        onTranscript: (transcript) => this.#take(transcript),
        onFailure: (reason) => this.#lose(reason),
      });
      for (const each of this.#decoys.troubles) world.onTrouble(each);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      world.onTrouble(`there are no decoys: ${why}`);
    }
  }

  /**
   * A completed handshake stands behind whatever a decoy accepted, but not one
   * of ours where a member brought the client. Its word that this is the source
   * is worth no vote: the member has seen the same, and says it at first hand.
   */
  #touched({ steeredBy, ...touched }: DecoyTouched): void {
    const touch: DecoyTouch = {
      kind: "decoy_touch",
      handshake: steeredBy === undefined,
      ...touched,
    };
    if (this.#connections) this.#connections.onTouched(touch);
    else if (this.#early.length < earlyMax) this.#early.push(touch);
  }

  #lose(reason: string): void {
    this.#failed = true;
    this.#world.onTrouble(
      `${reason}; steered connections are dropped until the agent is started again`,
    );
    this.#connections?.steerTo(undefined).catch(() => {
      // Then the kernel sends them to ports nobody listens on.
    });
  }

  #take(transcript: Transcript): void {
    const kept = this.#ring.push(transcript);
    const hour = Math.floor(this.#world.wallMs() / hourMs);
    if (hour !== this.#hour) this.#entries = 0;
    this.#hour = hour;
    if (this.#entries++ >= entriesPerHourMax) this.#unwritten++;
    else this.#world.record(entryOf(kept, this.#world.wallMs()));
  }

  async #report(): Promise<DecoyReport | undefined> {
    if (this.#failed) return undefined;
    try {
      return await this.#decoys?.report();
    } catch {
      // It has died meanwhile; the trouble is told elsewhere.
      return undefined;
    }
  }
}

function entryOf(transcript: NumberedTranscript, atMs: number): JournalEntry {
  const { source, number, service, port, steered, heldMs, received, sent } =
    transcript;
  const { steeredBy, heldBy } = transcript;
  return {
    atMs,
    stage: "seen",
    subject: source,
    node: "",
    what: "decoy",
    detail: {
      number,
      service,
      port,
      steered,
      ...(steeredBy !== undefined && { steeredBy }),
      ...(heldBy !== undefined && { heldBy }),
      heldMs: Math.round(heldMs),
      received,
      sent,
      ended: transcript.ended,
      notes: transcript.notes.slice(0, journalNotesMax).map((note) =>
        note.kind === "login"
          ? `login ${note.user}`
          : `${note.kind} ${note.text}`
      ),
    },
  };
}
