/**
 * One Windows event in every shape it is exported in, for tests.
 *
 * @module
 */

/** What an event says. */
export interface MadeEvent {
  readonly id: number;
  readonly values: Readonly<Record<string, string>>;
  readonly channel?: string;
  readonly computer?: string;
  /** Seconds after 2026-03-01 10:00 UTC. */
  readonly second?: number;
}

/** The machine that writes them. */
export const madeComputer = "FILES.corp.example";

/** Time of an event. */
export function madeTime({ second = 0 }: MadeEvent): Date {
  return new Date(Date.UTC(2026, 2, 1, 10, 0, second, 125));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll("'", "&#39;");
}

/** As `wevtutil` writes it: one line, single quotes, seven decimals. */
export function asXml(event: MadeEvent): string {
  const time = madeTime(event).toISOString().replace("Z", "4321Z");
  const data = Object.entries(event.values)
    .map(([name, value]) => `<Data Name='${name}'>${escaped(value)}</Data>`)
    .join("");
  return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>" +
    "<System><Provider Name='Microsoft-Windows-Security-Auditing'/>" +
    `<EventID Qualifiers='0'>${event.id}</EventID><Version>2</Version>` +
    `<TimeCreated SystemTime='${time}'/><EventRecordID>7</EventRecordID>` +
    `<Channel>${event.channel ?? "Security"}</Channel>` +
    `<Computer>${event.computer ?? madeComputer}</Computer><Security/>` +
    `</System><EventData>${data}</EventData></Event>`;
}

/** As the Event Viewer saves it: over many lines. */
export function asPrettyXml(event: MadeEvent): string {
  return asXml(event).replaceAll("><", ">\r\n  <").replaceAll("'", '"');
}

/** As Winlogbeat 7 writes it. */
export function asWinlogbeat(event: MadeEvent): string {
  return JSON.stringify({
    "@timestamp": madeTime(event).toISOString(),
    event: { code: String(event.id), kind: "event" },
    winlog: {
      channel: event.channel ?? "Security",
      computer_name: event.computer ?? madeComputer,
      event_id: String(event.id),
      event_data: event.values,
    },
  });
}

/** As nxlog writes it, in a zone that is an hour ahead. */
export function asNxlog(event: MadeEvent): string {
  const local = new Date(madeTime(event).getTime() + 3_600_000);
  return JSON.stringify({
    EventTime: local.toISOString().replace("T", " ").slice(0, 19),
    Hostname: event.computer ?? madeComputer,
    Channel: event.channel ?? "Security",
    EventID: event.id,
    SourceModuleType: "im_msvistalog",
    ...event.values,
    "@timestamp": madeTime(event).toISOString(),
  });
}

/** As converters of EVTX files write it: a tree. */
export function asTree(event: MadeEvent): string {
  return JSON.stringify({
    Event: {
      System: {
        EventID: { "#attributes": { Qualifiers: "" }, "#text": event.id },
        TimeCreated: {
          "#attributes": { SystemTime: madeTime(event).toISOString() },
        },
        Channel: event.channel ?? "Security",
        Computer: event.computer ?? madeComputer,
      },
      EventData: event.values,
    },
  });
}

/** The same, with its values as a list and over many lines. */
export function asPrettyTree(event: MadeEvent): string {
  return JSON.stringify(
    {
      Event: {
        System: {
          EventID: event.id,
          TimeCreated: { "@SystemTime": madeTime(event).toISOString() },
          Channel: event.channel ?? "Security",
          Computer: event.computer ?? madeComputer,
        },
        EventData: {
          Data: Object.entries(event.values)
            .map(([name, text]) => ({ "@Name": name, "#text": text })),
        },
      },
    },
    null,
    2,
  );
}

/** As PowerShell 5 exports it, without names; only for 4625. */
export function asPowerShell(event: MadeEvent): string {
  return JSON.stringify(
    [{
      Id: event.id,
      ProviderName: "Microsoft-Windows-Security-Auditing",
      LogName: event.channel ?? "Security",
      MachineName: event.computer ?? madeComputer,
      TimeCreated: `/Date(${madeTime(event).getTime()})/`,
      Properties: refusalValues(event).map((Value) => ({ Value })),
      Message: "An account failed to log on.",
    }],
    null,
    4,
  );
}

/** As `Get-EventLog` does, and as a search engine keeps it. */
export function asReplacementStrings(event: MadeEvent): string {
  return JSON.stringify({
    _source: {
      EventID: event.id,
      MachineName: event.computer ?? madeComputer,
      TimeGenerated: madeTime(event).toISOString(),
      ReplacementStrings: refusalValues(event),
    },
  });
}

/** Values of a 4625 in the order of its template. */
function refusalValues({ values }: MadeEvent): readonly string[] {
  const of = (name: string) => values[name] ?? "-";
  return [
    ...["S-1-0-0", "-", "-", "0x0", "S-1-0-0"],
    ...[of("TargetUserName"), of("TargetDomainName"), of("Status")],
    ...["%%2313", of("SubStatus"), of("LogonType"), "NtLmSsp ", "NTLM"],
    ...[of("WorkstationName"), "-", "-", "0", "0x0", "-"],
    ...[of("IpAddress"), of("IpPort")],
  ];
}

/** All shapes by name. */
export const madeShapes = {
  "XML on one line": asXml,
  "XML over lines": asPrettyXml,
  "Winlogbeat": asWinlogbeat,
  "nxlog": asNxlog,
  "a tree": asTree,
  "a tree over lines": asPrettyTree,
} as const;

/** Those in which a 4625 can be written: all, and those without names. */
export const refusalShapes = {
  ...madeShapes,
  "PowerShell": asPowerShell,
  "strings in _source": asReplacementStrings,
} as const;
