/**
 * The mesh in numbers that one would rather look at: how long words take, and
 * what the links cost at each pace.
 *
 * @module
 */
import type { EventPage } from "../../api/agent_desk.ts";
import type { TrafficView } from "../../api/traffic_view.ts";
import { useLoaded } from "../loaded.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { BarList } from "./bar_list.tsx";
import { shares, waysOf } from "./percentiles.ts";

/** The latest claims that are counted. Our choice. */
const claimsRead = 1_000;

/** Both. */
export function MeshCharts() {
  return (
    <div class="cards">
      <Ways />
      <Bytes />
    </div>
  );
}

function Ways() {
  const words = texts.charts;
  const read = useLoaded<EventPage>(
    `/events?stage=claimed&what=claim&limit=${claimsRead}`,
    { news: ({ what, node }) => what === "claim" && node !== "" },
  );
  const ways = read.value && waysOf(read.value.events);
  return (
    <section class="card" aria-labelledby="ways">
      <h2 id="ways">{words.ways}</h2>
      {!read.value && <Pending of={read} />}
      {read.value && !ways && <p class="soft">{words.noWays}</p>}
      {ways && (
        <>
          <BarList
            label={words.ways}
            bars={[
              ...shares.map((share, place) => ({
                name: words.share(share),
                value: ways.withinMs[place] ?? 0,
                text: seconds(ways.withinMs[place] ?? 0),
                strong: share === 0.9,
              })),
              {
                name: words.longest,
                value: ways.longestMs,
                text: seconds(ways.longestMs),
              },
            ]}
          />
          <p class="soft">{words.waysOf(ways.count)}</p>
        </>
      )}
    </section>
  );
}

function Bytes() {
  const words = texts.charts;
  const read = useLoaded<TrafficView>("/traffic", { everyMs: 60_000 });
  const view = read.value;
  return (
    <section class="card" aria-labelledby="bytes">
      <h2 id="bytes">{words.bytes}</h2>
      {!view ? <Pending of={read} /> : (
        <>
          <BarList
            label={words.bytes}
            bars={view.profiles.map(({ profile, bytesPerDay }) => ({
              name: profile,
              value: bytesPerDay,
              text: words.aDay(bytesText(bytesPerDay)),
              strong: profile === view.profile,
            }))}
          />
          <p class="soft">
            {words.sent(bytesText(view.sentBytes), view.links, view.profile)}
          </p>
        </>
      )}
    </section>
  );
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function bytesText(bytes: number): string {
  const mega = bytes / 1e6;
  return mega < 10
    ? `${mega.toFixed(1)} MB`
    : mega < 1_000
    ? `${Math.round(mega)} MB`
    : `${(mega / 1_000).toFixed(1)} GB`;
}
