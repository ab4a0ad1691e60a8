/** The last minutes of a channel as a small bar chart. */

const HEIGHT = 24;
const STEP = 3;

export interface SparklineProps {
  /** Messages in each minute, oldest first. */
  minutes: readonly number[];
  label: string;
}

export function Sparkline({ minutes, label }: SparklineProps) {
  const most = Math.max(1, ...minutes);
  const bars = minutes.map((n, i) => {
    const height = n === 0 ? 0 : Math.max(1.5, n / most * HEIGHT);
    return n === 0 ? "" : `M${i * STEP} ${HEIGHT}v-${height.toFixed(1)}h${STEP - 1}v${height.toFixed(1)}z`;
  });
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${minutes.length * STEP} ${HEIGHT}`}
      width={minutes.length * STEP}
      height={HEIGHT}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path class="ground" d={`M0 ${HEIGHT - 0.5}h${minutes.length * STEP}`} />
      <path class="bars" d={bars.join("")} />
    </svg>
  );
}
