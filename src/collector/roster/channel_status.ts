/** The state of a channel, from its memberships on both readers. */
import type { ChannelMembership } from "../connection/membership.ts";
import type { ChannelStatus, ReaderName } from "../recorder.ts";

export interface ChannelStatusParts {
  channelId: number;
  login: string;
  memberships: { first: ChannelMembership; second?: ChannelMembership };
  perMinute: number;
  /** The number of messages that each reader missed. */
  missed: Record<ReaderName, number>;
  /** The epoch time of a monotonic one. */
  epochOf: (monotonicMs: number) => number;
}

export function channelStatus(
  { channelId, login, memberships, perMinute, missed, epochOf }: ChannelStatusParts,
): ChannelStatus {
  const { first, second } = memberships;
  return {
    channelId,
    login,
    state: first.state,
    since: epochOf(first.since),
    reason: first.reason,
    nextTryAt: first.state === "refused" ? epochOf(first.nextTryAt) : undefined,
    perMinute,
    second: second && { state: second.state, missedByFirst: missed.first, missedBySecond: missed.second },
  };
}
