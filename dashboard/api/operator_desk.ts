/**
 * What the API asks of the agent on an operator's behalf, besides measures:
 * who belongs to the mesh, with which keys, and what is looked for.
 *
 * @module
 */

/** It cannot be done here; says what can. */
export interface HostOnly {
  /** Why, in one sentence. */
  readonly refused: string;
  /** What to do instead, a command where there is one. */
  readonly nextStep: string;
}

/** An invite that nobody has used so far. */
export interface InviteView {
  /** 64 hex characters; public. */
  readonly id: string;
  /** Wall clock milliseconds. */
  readonly expiresAtMs: number;
}

/** An invite that is wanted. */
export interface InviteOrder {
  /** How long it works, in milliseconds. */
  readonly forMs: number;
  /** Whether the new member may let others in. */
  readonly custodian: boolean;
  /** Whether the new member only listens; then it is no custodian. */
  readonly observer: boolean;
  /** Longest membership before it must be renewed, in milliseconds. */
  readonly validMs?: number | undefined;
}

/** An invite as it was made; the only time that it is told. */
export interface InviteAnswer extends InviteView {
  /** One line, a secret; for `stealthmesh keys join -`. */
  readonly invite: string;
  /** The same as a picture, SVG. */
  readonly qr: string;
}

/** Something to be said about a member. */
export interface MemberOrder {
  /** Name, or how the id begins. */
  readonly node: string;
  /** What is said of it. */
  readonly what: "revoke" | "promote" | "retire";
  /** Say what would become of it, and do nothing. */
  readonly dryRun: boolean;
}

/** Another name for a member, for everybody. */
export interface RenameOrder {
  /** Name, or how the id begins. */
  readonly node: string;
  /** 1 to 63 bytes. */
  readonly name: string;
}

/** What came of it. */
export interface MemberAnswer {
  /** Node id of the member. */
  readonly node: string;
  /** What it calls itself. */
  readonly name: string;
  /** In whose name it was said. */
  readonly by: "operator" | "vote";
  /** Whether it is so now. */
  readonly holds: boolean;
  /** Of a vote that is not decided: how many there are. */
  readonly votes?: number;
  /** How many decide it. */
  readonly needed?: number;
  /** Whether nothing was to be done. */
  readonly dryRun: boolean;
}

/** The keys of this host. */
export interface KeysView {
  /** Rotations since its admission. */
  readonly generation: number;
  /** Wall clock milliseconds when they came into use. */
  readonly sinceMs: number;
  /** Wall clock milliseconds when the running agent replaces them by itself. */
  readonly nextRotationMs: number;
  /** Wall clock milliseconds when the membership ends. */
  readonly membershipUntilMs: number;
  /** Wall clock milliseconds when the certificate of the port ends. */
  readonly certificateUntilMs?: number;
  /** The operator's key: not here, here, or here under a passphrase. */
  readonly operatorKey: "absent" | "open" | "sealed";
}

/** Keys that were replaced. */
export type RotationAnswer = Pick<
  KeysView,
  "generation" | "sinceMs" | "nextRotationMs"
>;

/** What is wrong with a configuration, or what it says. */
export interface ConfigVerdict {
  /** Whether an agent would start with it. */
  readonly valid: boolean;
  /** `line:column: reason`, one for each fault. */
  readonly faults: readonly string[];
}

/** One scenario of this host. */
export interface ScenarioView {
  /** Lowercase words with hyphens. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** MITRE ATT&CK technique. */
  readonly technique: string;
  /** Whether it came with the program. */
  readonly builtIn: boolean;
  /** Switched off by the configuration. */
  readonly off: boolean;
  /** As it was read, YAML. */
  readonly text: string;
}

/** Lines of a log to be tried. */
export interface TrialOrder {
  /** Syslog, a line each. */
  readonly log: string;
}

/** What the lines of a log set off. */
export interface TrialView {
  /** Lines that were read. */
  readonly lines: number;
  /** 1-based lines that no parser knows. */
  readonly unparsed: readonly number[];
  /** In the order of the lines. */
  readonly alerts: readonly {
    /** 1-based line that set it off. */
    readonly line: number;
    readonly scenario: string;
    readonly technique: string;
    readonly subject: string;
    readonly evidence: string;
    readonly summary: string;
  }[];
}

/** The agent, as an operator works with it. Only what fails throws. */
export interface OperatorDesk {
  /** Invites of this host that are open. */
  invites(): Promise<readonly InviteView[]>;
  /** Makes one, or says why it cannot be made here. */
  invite(order: InviteOrder): Promise<InviteAnswer | HostOnly>;
  /** Takes one back; whether there was one. */
  cancelInvite(id: string): Promise<boolean>;
  /** Speaks about a member, or says why that cannot be done here. */
  sayAbout(order: MemberOrder): Promise<MemberAnswer | HostOnly>;
  /** Calls a member something else, or says why that cannot be done here. */
  rename(order: RenameOrder): Promise<MemberAnswer | HostOnly>;
  /** The keys of this host. */
  keys(): Promise<KeysView>;
  /** Replaces them, or says why that should not be done now. */
  rotateKeys(): Promise<RotationAnswer | HostOnly>;
  /** Checks a configuration without taking it up. */
  checkConfig(yaml: string): ConfigVerdict;
  /** What is looked for. */
  scenarios(): readonly ScenarioView[];
  /** Tries lines of a log against the scenarios in force. */
  tryLog(order: TrialOrder): TrialView;
}
