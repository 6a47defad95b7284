/**
 * Words: the page with the picture of the mesh; a part of `texts.ts`.
 *
 * @module
 */

/** English. */
export const meshTexts = {
  title: "Mesh",
  pace: (profile: string, links: number) =>
    links === 1
      ? `This machine has one link open, at the pace "${profile}".`
      : `This machine has ${links} links open, at the pace "${profile}".`,
  picture: "Who is there",
  pictureOf: (nodes: number, links: number) =>
    `Picture of ${nodes} machines and ${links} links; the table below says the same`,
  keys: "Arrow keys go from machine to machine; + and − change the size.",
  closer: "Closer",
  further: "Further away",
  whole: "Show everything",
  choose: "Choose a machine to read about it here.",
  ownLinks:
    "Lines are the links of this machine. Machines tell nobody whom else they are linked with.",
  states: {
    here: "this machine",
    up: "up",
    late: "late",
    gone: "gone",
    unknown: "not heard of yet",
    revoked: "put out",
  },
  seer: "saw an attack lately",
  cutOff: "cut off from all but the mesh",
  linked: "linked with this machine",
  notLinked: "reached over others",
  saw: (count: number) =>
    count === 0
      ? "saw no attack lately"
      : count === 1
      ? "saw one attacker lately"
      : `saw ${count} attackers lately`,
  table: "The same as a table",
  link: "Link",
  heard: "Last heard of",
  sawShort: "Attackers seen",
  period: (ms: number) => `one cell in ${ms} ms`,
  spread: "How the word spread",
  about: "About",
  play: "Play it in the picture",
  story: "Read the story",
  word: (
    name: string,
    clock: string,
    afterSeconds: number,
    waySeconds: number | undefined,
  ) =>
    `${name} saw it at ${clock}` +
    (afterSeconds > 0 ? `, ${afterSeconds.toFixed(1)} s after the first` : "") +
    (waySeconds === undefined
      ? ""
      : `; the word was here ${waySeconds.toFixed(1)} s later`),
  ways:
    "As this machine's record has it. Whom a word passed on its way nobody writes down, so it is drawn straight.",
} as const;
