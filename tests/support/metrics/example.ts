/** A text in Prometheus' format, with everything that its specification has. */
export const EXAMPLE = String.raw`# HELP scrollback_requests_total Requests, with a \\ and a \n in the help
# TYPE scrollback_requests_total counter
scrollback_requests_total{method="post",code="200",path="C:\\DIR\\\"x\"\n"} 1027
scrollback_requests_total{method="post",code="400",path=""} 3

# HELP scrollback_wait_seconds Time
# TYPE scrollback_wait_seconds histogram
scrollback_wait_seconds_bucket{le="0.1"} 1
scrollback_wait_seconds_bucket{le="1e+1"} 2
scrollback_wait_seconds_bucket{le="+Inf"} 3
scrollback_wait_seconds_sum 5.3423e-05
scrollback_wait_seconds_count 3
`;
