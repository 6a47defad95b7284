/**
 * Messages of SMB, DCE/RPC and remote desktops made by hand, after the same
 * documents that the readers follow, for tests.
 *
 * @module
 */

const u16 = (value: number) => [value & 255, value >> 8 & 255];
const u32 = (value: number) => [
  ...u16(value & 0xffff),
  value >>> 16 & 255,
  value >>> 24,
];
const zeros = (count: number): number[] => Array(count).fill(0);
const ascii = (text: string) => [...new TextEncoder().encode(text)];
/** UTF-16, little-endian. */
export const wide = (text: string): number[] =>
  [...text].flatMap((letter) => u16(letter.charCodeAt(0)));

/** Interfaces that the tests speak. */
export const uuids = {
  svcctl: "367abb81-9844-35f1-ad32-98f038001003",
  samr: "12345778-1234-abcd-ef00-0123456789ac",
  drsuapi: "e3514235-4b06-11d1-ab04-00c04fc2dcd2",
  wbemServices: "9556dc99-828c-11cf-a37e-00aa003240c7",
  epmapper: "e1af8308-5d1f-11c9-91a4-08002b14a0fa",
} as const;

function uuidBytes(uuid: string, little: boolean): number[] {
  const parts = uuid.split("-").map((part) =>
    (part.match(/../g) ?? []).map((pair) => parseInt(pair, 16))
  );
  return parts.flatMap((part, at) =>
    little && at < 3 ? part.toReversed() : part
  );
}

function rpcPdu(type: number, body: number[], little: boolean): number[] {
  const length = 16 + body.length;
  return [
    ...[5, 0, type, 3, little ? 0x10 : 0, 0, 0, 0],
    ...(little ? u16(length) : u16(length).toReversed()),
    ...zeros(6),
    ...body,
  ];
}

/** A bind to interfaces, numbered from 0. */
export function rpcBind(names: readonly string[], little = true): number[] {
  const number = (value: number) =>
    little ? u16(value) : u16(value).toReversed();
  return rpcPdu(11, [
    ...zeros(8),
    names.length,
    ...zeros(3),
    ...names.flatMap((uuid, context) => [
      ...number(context),
      1,
      0,
      ...uuidBytes(uuid, little),
      ...zeros(4 + 20),
    ]),
  ], little);
}

/** A request of operation `opnum`. */
export function rpcRequest(
  opnum: number,
  context = 0,
  little = true,
): number[] {
  const number = (value: number) =>
    little ? u16(value) : u16(value).toReversed();
  return rpcPdu(
    0,
    [...zeros(4), ...number(context), ...number(opnum), ...zeros(32)],
    little,
  );
}

/** In the frame of NetBIOS. */
export function framed(message: readonly number[]): number[] {
  const length = message.length;
  return [0, length >> 16, length >> 8 & 255, length & 255, ...message];
}

interface Smb2Header {
  readonly command: number;
  readonly message: number;
  readonly tree?: number;
  readonly answer?: boolean;
  readonly status?: number;
  readonly next?: number;
}

/** A message of SMB 2. */
export function smb2(header: Smb2Header, body: readonly number[]): number[] {
  const { command, message, tree = 0, answer = false, status = 0 } = header;
  return [
    ...[0xfe, 0x53, 0x4d, 0x42],
    ...u16(64),
    ...u16(0),
    ...u32(status),
    ...u16(command),
    ...u16(1),
    ...u32(answer ? 1 : 0),
    ...u32(header.next ?? 0),
    ...u32(message),
    ...zeros(8),
    ...u32(tree),
    ...zeros(24),
    ...body,
  ];
}

/** Asks for a share. */
export function smb2Tree(message: number, path: string): number[] {
  const name = wide(path);
  return smb2({ command: 3, message }, [
    ...u16(9),
    ...u16(0),
    ...u16(72),
    ...u16(name.length),
    ...name,
  ]);
}

/** The share's number. */
export function smb2TreeAnswer(message: number, tree: number): number[] {
  return smb2({ command: 3, message, tree, answer: true }, zeros(16));
}

/** Opens a file or pipe. */
export function smb2Open(
  message: number,
  tree: number,
  path: string,
  access = 0x12019f,
  options = 0,
): number[] {
  const name = wide(path);
  return smb2({ command: 5, message, tree }, [
    ...u16(57),
    ...zeros(22),
    ...u32(access),
    ...zeros(12),
    ...u32(options),
    ...u16(64 + 56),
    ...u16(name.length),
    ...zeros(8),
    ...name,
  ]);
}

const file = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

/** Writes into the pipe that is open. */
export function smb2Write(message: number, data: readonly number[]): number[] {
  return smb2({ command: 9, message }, [
    ...u16(49),
    ...u16(64 + 48),
    ...u32(data.length),
    ...zeros(8),
    ...file,
    ...zeros(16),
    ...data,
  ]);
}

/** Writes into the pipe and reads from it in one. */
export function smb2Transceive(
  message: number,
  data: readonly number[],
): number[] {
  return smb2({ command: 11, message }, [
    ...u16(57),
    ...u16(0),
    ...u32(0x0011c017),
    ...file,
    ...u32(64 + 56),
    ...u32(data.length),
    ...zeros(24),
    ...data,
  ]);
}

/** The last message of an NTLM login. */
export function ntlm(user: string): number[] {
  const name = wide(user);
  return [
    ...ascii("NTLMSSP\0"),
    ...u32(3),
    ...zeros(24),
    ...u16(name.length),
    ...u16(name.length),
    ...u32(64),
    ...zeros(16),
    ...u32(1),
    ...name,
  ];
}

/** Logs in by NTLM. */
export function smb2Login(message: number, user: string): number[] {
  return smb2({ command: 1, message }, [...zeros(24), ...ntlm(user)]);
}

/** What comes of it. */
export function smb2LoginAnswer(message: number, status: number): number[] {
  return smb2({ command: 1, message, answer: true, status }, zeros(8));
}

interface Smb1Header {
  readonly command: number;
  readonly message: number;
  readonly tree?: number;
  readonly answer?: boolean;
  readonly status?: number;
}

/** A message of the old SMB. */
export function smb1(
  { command, message, tree = 0, answer = false, status = 0 }: Smb1Header,
  words: readonly number[],
  bytes: readonly number[],
): number[] {
  return [
    ...[0xff, 0x53, 0x4d, 0x42, command],
    ...u32(status),
    answer ? 0x80 : 0,
    ...u16(0x8000),
    ...zeros(12),
    ...u16(tree),
    ...zeros(4),
    ...u16(message),
    words.length / 2,
    ...words,
    ...u16(bytes.length),
    ...bytes,
  ];
}

/** Asks for a share. */
export function smb1Tree(message: number, path: string): number[] {
  const words = [0xff, 0, 0, 0, ...u16(0), ...u16(1)];
  // One byte of password; the path then begins at an even offset.
  const bytes = [0, ...wide(path), 0, 0, ...ascii("?????\0")];
  return smb1({ command: 0x75, message }, words, bytes);
}

/** Opens a file or pipe. */
export function smb1Open(
  message: number,
  tree: number,
  path: string,
  access = 0x12019f,
): number[] {
  const words = [
    ...[0xff, 0, 0, 0, 0],
    ...u16(path.length * 2),
    ...zeros(8),
    ...u32(access),
    ...zeros(29),
  ];
  return smb1({ command: 0xa2, message, tree }, words, [
    0,
    ...wide(path),
    0,
    0,
  ]);
}

/** Calls through a pipe. */
export function smb1Transact(
  message: number,
  data: readonly number[],
): number[] {
  const offset = 32 + 1 + 32 + 2;
  const words = [
    ...zeros(22),
    ...u16(data.length),
    ...u16(offset),
    2,
    0,
    ...u16(0x26),
    ...u16(0x4000),
  ];
  return smb1({ command: 0x25, message }, words, data);
}

/** The first packet of a remote desktop. */
export function desktopRequest(user: string): number[] {
  const cookie = user === "" ? [] : ascii(`Cookie: mstshash=${user}\r\n`);
  const rest = [...cookie, 1, 0, 8, 0, 3, 0, 0, 0];
  return [
    3,
    0,
    0,
    11 + rest.length,
    6 + rest.length,
    0xe0,
    ...zeros(5),
    ...rest,
  ];
}
