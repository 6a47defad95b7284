// deno-lint-ignore-file no-control-regex -- what decoys say is octets, control characters among them
import { deepEqual, equal, match, ok } from "node:assert/strict";
import {
  type DecoyName,
  decoyNames,
  type DecoyNote,
  type DecoyWorld,
} from "../../../defense/decoys/decoy.ts";
import { decoyOn, openDecoy } from "../../../defense/decoys/decoy_set.ts";
import { octetsOf, textOf } from "../../../defense/decoys/octets.ts";

const world: DecoyWorld = {
  fill: (bytes) => bytes.forEach((_, at) => bytes[at] = at * 37 + 11),
  wallMs: () => Date.UTC(2026, 10, 26),
  hostName: "shop",
  client: "192.0.2.7",
};

/** Everything a decoy says to these pieces, and what it noted. */
function converse(
  name: DecoyName,
  pieces: readonly (Uint8Array | "wake")[],
): { said: string; notes: DecoyNote[]; hungUp: boolean } {
  const talk = openDecoy(name, world);
  let said = "";
  const notes: DecoyNote[] = [];
  let hungUp = false;
  for (const piece of ["begin" as const, ...pieces]) {
    if (hungUp) break;
    const answer = piece === "begin"
      ? talk.begin()
      : piece === "wake"
      ? talk.wake()
      : talk.take(piece);
    if (answer.say) said += textOf(answer.say);
    notes.push(...answer.notes ?? []);
    hungUp = answer.hangUp ?? false;
  }
  return { said, notes, hungUp };
}

const text = (words: string) => octetsOf(words);
const hex = (digits: string) => Uint8Array.fromHex(digits.replace(/\s/g, ""));

const mysqlLogin = (() => {
  const body = [
    ...hex("85a60f00 00000001 21"),
    ...new Uint8Array(23),
    ...text("root\0"),
    20,
    ...new Uint8Array(20),
  ];
  return Uint8Array.from([body.length, 0, 0, 1, ...body]);
})();

const login = (user: string, password?: string): DecoyNote => ({
  kind: "login",
  user,
  ...(password !== undefined && { password }),
});

const rows: {
  name: string;
  decoy: DecoyName;
  pieces: (Uint8Array | "wake")[];
  says: RegExp;
  notes: DecoyNote[];
  hungUp: boolean;
}[] = [
  {
    name: "takes the version and drips a packet",
    decoy: "ssh",
    pieces: [text("SSH-2.0-libs"), text("sh_0.10\r\n"), "wake", "wake"],
    says: /^SSH-2\.0-OpenSSH_\S+ Debian-\S+\r\n\0\0$/,
    notes: [{ kind: "client", text: "SSH-2.0-libssh_0.10" }],
    hungUp: false,
  },
  {
    name: "lets go who speaks something else",
    decoy: "ssh",
    pieces: [text("GET / HTTP/1.0\r\n\r\n")],
    says: /Invalid SSH identification string\.\r\n$/,
    notes: [{ kind: "request", text: "GET / HTTP/1.0" }],
    hungUp: true,
  },
  {
    name: "never comes to its version",
    decoy: "ssh-tarpit",
    pieces: ["wake", "wake", text("SSH-2.0-Go\r\n")],
    says: /^(?:[0-9a-f]{16}\r\n){2}$/,
    notes: [{ kind: "client", text: "SSH-2.0-Go" }],
    hungUp: false,
  },
  {
    name: "shows a form",
    decoy: "http",
    pieces: [text("GET / HTTP/1.1\r\nUser-Agent: cu"), text("rl\r\n\r\n")],
    says: /^HTTP\/1\.1 200 OK\r\nServer: nginx\r\n.*type="password"/s,
    notes: [
      { kind: "request", text: "GET /" },
      { kind: "client", text: "curl" },
    ],
    hungUp: true,
  },
  {
    name: "takes a form's credential, in as many pieces as it comes",
    decoy: "http",
    pieces: [
      text("POST /login HTTP/1.1\r\nContent-Length: 28\r\n\r\nusername=ad"),
      text("a&password=pw%20"),
      text("1"),
    ],
    says: /User name or password is wrong/,
    notes: [{ kind: "request", text: "POST /login" }, login("ada", "pw 1")],
    hungUp: true,
  },
  {
    name: "takes a credential from JSON",
    decoy: "http",
    pieces: [
      text('POST /api HTTP/1.1\r\n\r\n{"user": "ada", "password": "x"}'),
    ],
    says: /^HTTP\/1\.1 200/,
    notes: [{ kind: "request", text: "POST /api" }, login("ada", "x")],
    hungUp: true,
  },
  {
    name: "takes basic authentication",
    decoy: "http",
    pieces: [
      text("GET /admin HTTP/1.0\r\nAuthorization: Basic YWRhOnM6MQ==\r\n\r\n"),
    ],
    says: /^HTTP\/1\.1 200/,
    notes: [{ kind: "request", text: "GET /admin" }, login("ada", "s:1")],
    hungUp: true,
  },
  {
    name: "has no other page",
    decoy: "http",
    pieces: [text("GET /.git/config HTTP/1.1\r\n\r\n")],
    says: /^HTTP\/1\.1 404 Not Found/,
    notes: [{ kind: "request", text: "GET /.git/config" }],
    hungUp: true,
  },
  {
    name: "refuses what is no HTTP",
    decoy: "http",
    pieces: [text("help\r\n")],
    says: /^HTTP\/1\.1 400 Bad Request/,
    notes: [{ kind: "request", text: "help" }],
    hungUp: true,
  },
  {
    name: "asks for options, a name and a password, and waits",
    decoy: "telnet",
    pieces: [
      hex("fffc18 fffa180078ff f0"),
      "wake",
      text("root\r\0"),
      text("xc3511\r\n"),
      "wake",
    ],
    says:
      /^\xff\xfd\x18.*shop login: \r\nPassword: \r\nLogin incorrect\r\nshop login: $/s,
    notes: [login("root", "xc3511")],
    hungUp: false,
  },
  {
    name: "says hello and denies",
    decoy: "mysql",
    pieces: [mysqlLogin.subarray(0, 9), mysqlLogin.subarray(9)],
    says:
      /^.\0\0\0\x0a5\.5\.5-10\.[^\0]+-MariaDB[^\0]*\0.*mysql_native_password\0.*\xff\x15\x04#28000Access denied for user 'root'@'192\.0\.2\.7' \(using password: YES\)$/s,
    notes: [login("root")],
    hungUp: true,
  },
  {
    name: "denies a packet with no user in it",
    decoy: "mysql",
    pieces: [hex("02000001 0102")],
    says: /Access denied for user ''@/,
    notes: [],
    hungUp: true,
  },
  {
    name: "wants a password for everything",
    decoy: "redis",
    pieces: [text("*1\r\n$4\r\nin"), text("fo\r\nPING\r\n")],
    says: /^-NOAUTH Authentication required\.\r\n-NOAUTH .*\r\n$/,
    notes: [
      { kind: "request", text: "info" },
      { kind: "request", text: "PING" },
    ],
    hungUp: false,
  },
  {
    name: "finds every password wrong",
    decoy: "redis",
    pieces: [
      text("AUTH foobared\r\n"),
      text("*3\r\n$4\r\nAUTH\r\n$3\r\nada\r\n$1\r\nx\r\n"),
      text("QUIT\r\n"),
    ],
    says: /^(?:-WRONGPASS [^\r]+\r\n){2}\+OK\r\n$/,
    notes: [login("default", "foobared"), login("ada", "x")],
    hungUp: true,
  },
  {
    name: "ends on a broken array",
    decoy: "redis",
    pieces: [text("*99999\r\n")],
    says: /^-ERR Protocol error\r\n$/,
    notes: [],
    hungUp: true,
  },
  {
    name: "demands network level authentication",
    decoy: "rdp",
    pieces: [
      hex("0300002b 26e000000000 00"),
      text("Cookie: mstshash=admin\r\n"),
      hex("01000800 01000000"),
    ],
    says: /^\x03\0\0\x13\x0e\xd0\0\0\x124\0\x03\0\x08\0\x05\0\0\0$/,
    notes: [login("admin")],
    hungUp: true,
  },
  {
    name: "agrees to it and waits",
    decoy: "rdp",
    pieces: [hex("03000013 0ee000000000 00 01000800 0b000000")],
    says: /^\x03\0\0\x13\x0e\xd0\0\0\x124\0\x02\x1f\x08\0\x02\0\0\0$/,
    notes: [],
    hungUp: false,
  },
  {
    name: "hangs up on anything else",
    decoy: "rdp",
    pieces: [text("GET /")],
    says: /^$/,
    notes: [],
    hungUp: true,
  },
  {
    name: "asks a client of version 1 to negotiate again",
    decoy: "smb",
    pieces: [
      text(
        "\0\0\0\x45\xffSMBr" + "\0".repeat(28) + "\x22\0" +
          "\x02NT LM 0.12\0\x02SMB 2.002\0\x02SMB 2.???\0",
      ),
    ],
    says: /^\0\0\0\x9e\xfeSMB\x40\0.*\x41\0\x01\0\xff\x02/s,
    notes: [{
      kind: "request",
      text: "negotiate NT LM 0.12, SMB 2.002, SMB 2.???",
    }],
    hungUp: false,
  },
  {
    name: "negotiates version 3 and denies the rest",
    decoy: "smb",
    pieces: [
      text("\0\0\0\x40\xfeSMB" + "\0".repeat(60)),
      text("\0\0\0\x40\xfeSMB\x40\0\0\0\0\0\0\0\x01" + "\0".repeat(51)),
    ],
    says: /\x41\0\x01\0\x02\x03.*\xfeSMB\x40\0\0\0\x22\0\0\xc0\x01\0/s,
    notes: [
      { kind: "request", text: "negotiate SMB 2/3" },
      { kind: "request", text: "SMB2 command 1" },
    ],
    hungUp: true,
  },
  {
    name: "is silent and leaves",
    decoy: "open",
    pieces: [text("hello\x1b[2J"), text("again"), "wake"],
    says: /^$/,
    notes: [{ kind: "request", text: "hello\x1b[2J" }],
    hungUp: true,
  },
];

for (const { name, decoy, pieces, says, notes, hungUp } of rows) {
  Deno.test(`decoy ${decoy} ${name}`, () => {
    const heard = converse(decoy, pieces);
    match(heard.said, says);
    deepEqual(heard.notes, notes);
    equal(heard.hungUp, hungUp);
  });
}

// A silent port notes what came first, and a form without a length ends where
// its first piece does.
const cuttable = rows.filter(({ decoy, name }) =>
  decoy !== "open" && name !== "takes a credential from JSON"
);
for (const { decoy, name, pieces, notes } of cuttable) {
  Deno.test(`decoy ${decoy} ${name}, octet by octet`, () => {
    const single = pieces.flatMap((piece): (Uint8Array | "wake")[] =>
      piece === "wake"
        ? [piece]
        : Array.from(piece, (each) => Uint8Array.of(each))
    );
    const [whole, cut] = [converse(decoy, pieces), converse(decoy, single)];
    deepEqual(cut.notes, notes);
    equal(cut.said, whole.said);
    equal(cut.hungUp, whole.hungUp);
  });
}

Deno.test("telnet reads what was typed ahead, and past commands of any kind", () => {
  // NOP, a password with an escaped 0xff in it, and CR alone.
  const { notes, said } = converse("telnet", [
    "wake",
    hex("fff1"),
    text("root\r\nxc\xff\xff3511\rada\rada\r\n"),
    "wake",
    "wake",
  ]);
  deepEqual(notes, [login("root", "xc\xff3511"), login("ada", "ada")]);
  match(
    said,
    /(?:login: \r\nPassword: \r\nLogin incorrect\r\nshop ){2}login: $/,
  );
});

Deno.test("telnet ends after five passwords", () => {
  const pieces: (Uint8Array | "wake")[] = ["wake"];
  for (let attempt = 0; attempt < 5; attempt++) {
    pieces.push(text("root\r\n"), text(`guess${attempt}\r\n`), "wake");
  }
  const { notes, hungUp } = converse("telnet", pieces);
  deepEqual([notes.length, hungUp], [5, true]);
});

Deno.test("decoyOn() knows the usual ports and calls the others open", () => {
  deepEqual([22, 445, 6379, 4711].map(decoyOn), [
    ...["ssh", "smb", "redis", "open"],
  ]);
});

/** A small generator, so that a failure can be repeated. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed >>> 0 || 1;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield (state >>> 0) % 256;
  }
}

Deno.test("no bytes make a decoy throw, or say more than it may", () => {
  const seed = Date.now();
  const random = numbers(seed);
  const next = () => random.next().value as number;
  const starts = rows.map(({ pieces }) =>
    pieces.find((piece) => piece !== "wake") as Uint8Array
  );
  for (let round = 0; round < 400; round++) {
    for (const name of decoyNames) {
      const talk = openDecoy(name, world);
      talk.begin();
      let said = 0;
      for (let piece = 0; piece < 6; piece++) {
        const start = starts[next() % starts.length];
        const bytes = Uint8Array.from(
          next() % 2 ? start ?? [] : Array.from({ length: next() }, next),
        );
        if (bytes.length > 0) bytes[next() % bytes.length] = next();
        try {
          const { say, notes = [] } = talk.take(bytes);
          said += say?.length ?? 0;
          for (const note of notes) {
            const words = note.kind === "login"
              ? note.user + (note.password ?? "")
              : note.text;
            ok(words.length <= 512);
          }
        } catch (error) {
          throw new Error(`${name}, seed ${seed}`, { cause: error });
        }
      }
      ok(said < 65_536, `${name} said ${said} octets, seed ${seed}`);
    }
  }
});
