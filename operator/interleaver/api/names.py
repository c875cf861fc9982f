"""Names that cross a boundary: labels, annotations, ports, and every metric with the values its labels can take.

The metrics are the public interface between router and operator (docs/reference/metrics.md). Standard library only.
"""

from typing import Final, NamedTuple

GROUP: Final = "interleaver.dev"
VERSION: Final = "v1alpha1"
KIND: Final = "InterleavingExperiment"
PLURAL: Final = "interleavingexperiments"
FIELD_MANAGER: Final = "interleaver"
# Of a person who types. Flux takes the fields of every manager away whose name begins with kubectl.
PLUGIN_MANAGER: Final = "interleaver-plugin"

# Labels on every child object. Selectors carry the hash and never the role, so a change of role restarts no pod.
LABEL_EXPERIMENT: Final = f"{GROUP}/experiment"
LABEL_EXPERIMENT_UID: Final = f"{GROUP}/experiment-uid"
LABEL_REVISION: Final = f"{GROUP}/revision"
LABEL_HASH: Final = f"{GROUP}/hash"
LABEL_RUN: Final = f"{GROUP}/run"  # on the record of a run
LABEL_GATE: Final = f"{GROUP}/gate"  # on the Job of a gate, and on its pod
LABEL_MANAGED_BY: Final = "app.kubernetes.io/managed-by"
OF_EXPERIMENT: Final = f"{LABEL_EXPERIMENT}="  # so begins what selects an experiment's objects; its name follows

# A label that a person puts on a Secret: what the operator may use it for.
LABEL_USE: Final = f"{GROUP}/use"
USE_PROMETHEUS: Final = "prometheus"
USE_STORE: Final = "store"
USE_FEEDBACK: Final = "feedback"

# Annotations the operator writes on its children.
ANNOTATION_APPLIED: Final = f"{GROUP}/applied"
ANNOTATION_CONFIG_GENERATION: Final = f"{GROUP}/config-generation"
ANNOTATION_SEED: Final = f"{GROUP}/seed"
ANNOTATION_CONCLUDED: Final = f"{GROUP}/concluded"
ANNOTATION_ROUTER: Final = f"{GROUP}/router"  # on a ControllerRevision: the sidecar that replaced the first one
ANNOTATION_ADOPTED: Final = f"{GROUP}/adopted"  # on a Service that was taken over: what it was like before
ANNOTATION_KEPT: Final = f"{GROUP}/kept"  # on what outlives the experiment, and has no owner for that: its uid
ANNOTATION_KEYS_MADE: Final = f"{GROUP}/keys-made"  # on the routers' ConfigMap: the Secret with the keys is ours

# Annotations a person writes on the experiment, each with a run's id as its value.
ANNOTATION_ABORT: Final = f"{GROUP}/abort"
ANNOTATION_PROMOTE: Final = f"{GROUP}/promote"
ANNOTATION_PAUSE: Final = f"{GROUP}/pause"
ANNOTATION_RESUME: Final = f"{GROUP}/resume"
ANNOTATION_RETRY: Final = f"{GROUP}/retry"
ANNOTATION_REVERT: Final = f"{GROUP}/revert"
COMMANDS_OF_RUNS: Final = (
    ANNOTATION_ABORT,
    ANNOTATION_PROMOTE,
    ANNOTATION_PAUSE,
    ANNOTATION_RESUME,
    ANNOTATION_RETRY,
    ANNOTATION_REVERT,
)
# And with any text as its value: another one is another command.
ANNOTATION_REFRESH_ROUTER: Final = f"{GROUP}/refresh-router"
# And with a Service's uid as their value.
ANNOTATION_ADOPT_SERVICE: Final = f"{GROUP}/adopt-service"
ANNOTATION_GIVE_BACK_SERVICE: Final = f"{GROUP}/give-back-service"
# All of them, for whoever decides who may give commands.
COMMANDS: Final = (
    *COMMANDS_OF_RUNS,
    ANNOTATION_REFRESH_ROUTER,
    ANNOTATION_ADOPT_SERVICE,
    ANNOTATION_GIVE_BACK_SERVICE,
)

ROUTER_CONTAINER: Final = "interleaver-router"
MODEL_PORT_NAME: Final = "model"
ROUTER_PORT_NAME: Final = "router"
ADMIN_PORT_NAME: Final = "router-admin"
# How a router begins its last words when it cannot have a port; the operator looks for them.
PORT_TAKEN: Final = "another process has port"

CONFIG_DIRECTORY: Final = "/etc/interleaver/config"
CONFIG_FILE: Final = "router.json"
KEYS_DIRECTORY: Final = "/etc/interleaver/keys"
STORE_DIRECTORY: Final = "/etc/interleaver/store"
STORE_URL_FILE: Final = "url"
AUTHORITY_FILE: Final = "ca.crt"  # beside a URL: by whose certificates it is trusted
FEEDBACK_TOKEN_FILE: Final = "token"
SAMPLES_DIRECTORY: Final = "/var/lib/interleaver/samples"
SAMPLES_VOLUME: Final = "interleaver-samples"  # a template may have a volume of this name, which then is taken

PREVIEW_TOKEN_FILE: Final = "preview"  # beside the keys, in their Secret: who carries it may preview
PREVIEW_TOKEN_VARIABLE: Final = "INTERLEAVER_PREVIEW_TOKEN"

IMPRESSION_HEADER: Final = "X-Interleaver-Impression"
PREVIEW_HEADER: Final = "X-Interleaver-Preview"
FEEDBACK_PATH: Final = "/feedback"

# What a preview may ask for: the endpoint as it is for a unit whose requests are interleaved, or one model alone.
PREVIEWS: Final = ("interleaved", "champion", "candidate")

# Label values. A label never holds a user.
ARMS: Final = ("interleaved", "champion")
MODELS: Final = ("champion", "candidate")
CREDITS: Final = ("champion", "candidate", "neutral")
VOTES: Final = ("win", "tie", "loss")
DECIDED: Final = ("win", "loss")  # that say anything of which model is better
RANKS: Final = (*(str(rank) for rank in range(1, 21)), "more")  # from 1 at the top
PLACES: Final = (
    "first",  # of the two items of a contested turn, whose order a coin decided
    "second",
    "alone",  # no rival beside it
)
# How votes look that nobody may have meant. Those that came with the bearer token of feedback are not looked at.
VOTE_SIGNS: Final = (
    "prompt",  # within two seconds of the impression
    "single",  # of a unit that has been shown one merged list, and no second one
    "crowded",  # from a client address from which more than 30 units have voted already
)
PERCENTS: Final = tuple(str(percent) for percent in range(1, 101))
SLOT_TEAMS: Final = ("champion", "candidate", "neutral", "fill")
CALL_OUTCOMES: Final = ("ok", "slow", "error", "timeout")
REQUEST_OUTCOMES: Final = ("ok", "fallback", "error")
FALLBACK_REASONS: Final = (
    "timeout",  # the candidate answered after its deadline
    "refused",  # no connection to the candidate, or it closed before answering
    "status",  # the candidate answered with a status other than 200, and the champion with 200
    "parse",  # the candidate's answer is no HTTP, exceeds 1 MB, or holds no ranking as the contract says
    "short",  # the candidate's list is shorter than the champion's once duplicates are dropped
    "breaker",  # the candidate's breaker is open
    "shed",  # too many candidate calls are waiting already
    "champion",  # the champion failed, or answered with a status other than 200; no fault of the candidate's
    "contract",  # the champion's answer holds no ranking as the contract says
    "page",  # a later page that is not cut out of the merge: unreadable, out of bounds, or a list that is too short
)
UNITLESS_REASONS: Final = (
    "header-missing",  # the request has no header contract.unit.header
    "header-empty",  # it has, and nothing stands in it
    "body-empty",  # the unit stands in the body, and there is none: a GET request, for example
    "body-long",  # the body exceeds 1 MB: it is passed on unread, wherever the unit stands
    "body-crowded",  # too many bodies were on their way, so this one was passed on unread
    "body-compressed",  # the body has a Content-Encoding and could not be unpacked: no gzip, or beyond the bounds
    "body-binary",  # tensors follow the JSON: the request has Inference-Header-Content-Length
    "body-not-json",  # none of these, and no JSON either
    "pointer-missing",  # JSON without anything at contract.unit.pointer
    "unit-empty",  # what stands there is "" or null
    "unit-not-scalar",  # a list, an object, a boolean or a fraction stands there
)
PASSED_REASONS: Final = (
    "path",  # the request has another path than contract.path
    "method",  # that path, by another method than POST and GET
    "excluded",  # contract.exclude leaves it out
)
FEEDBACK_RESULTS: Final = (
    "credited",  # the unit's vote was counted
    # The unit had voted already in this run, and the conversion alone was counted; or a repeated event; or, where the
    # answer was no merged list, the unit had been counted for the overall comparison.
    "duplicate",
    "fill",  # the item was a fill or in the champion's tail: no credit, no vote
    "unmatched",  # the impression did not show the item
    "mistyped",  # it showed the item under an id of another JSON type: the number 7 is not the string "7"
    "late",  # after the attribution window
    "forged",  # the token's signature does not verify, or it is no token at all
    "foreign",  # the token is of another run or experiment, or no run is going on
    # An event without the bearer token: a unit-and-item event, also where that form is switched off, or, with
    # spec.feedback.requireToken, any event.
    "unauthorized",
    "invalid",  # an event with a missing or malformed field
    "overall",  # the unit was counted for the overall comparison; its answer was no merged list, so it has no vote
)
BREAKER_STATES: Final = (
    "closed",  # every candidate call is made
    "open",  # none is
    "half-open",  # one is on its way, to find out whether the candidate has recovered
)
CONNECTION_STATES: Final = ("idle", "busy", "connecting")
SAMPLE_RESULTS: Final = (
    "written",
    "crowded",  # dropped: too many waited to be written
    "long",  # dropped: longer than spec.sampling.lineBytes
    "unfit",  # dropped: the request cannot be asked again by its body alone, which is no JSON, or has a query beside it
    "failed",  # dropped: the volume is full, or cannot be written to, or by a fault of ours
    "repeated",  # dropped: a conversion that is written already
)
REFUSAL_STATUSES: Final = (
    "400", "405", "408", "413", "415", "417", "431", "501", "502", "503", "504", "505", "other",
)  # fmt: skip


class Metric(NamedTuple):
    """One exported metric: its Prometheus type, its help line, and its labels with the values each can take.

    An empty tuple of values means the label is free (the run id).
    """

    name: str
    kind: str
    help: str
    labels: dict[str, tuple[str, ...]]


RUN: Final[tuple[str, ...]] = ()
REQUESTS: Final = Metric(
    "interleaver_requests_total",
    "counter",
    "Ranking requests by arm and outcome.",
    {"run": RUN, "arm": ARMS, "outcome": REQUEST_OUTCOMES},
)
CONVERSIONS: Final = Metric(
    "interleaver_conversions_total",
    "counter",
    "Credited conversions by the team that owned the item, once per impression and item.",
    {"run": RUN, "model": CREDITS},
)
VOTES_TOTAL: Final = Metric(
    "interleaver_votes_total",
    "counter",
    "Votes, one per unit and run: win is the candidate's.",
    {"run": RUN, "outcome": VOTES},
)
PLACED_VOTES: Final = Metric(
    "interleaver_placed_votes_total",
    "counter",
    "Votes by where the item stood: its rank, and whether it was first or second in a contested turn of the draft.",
    {"run": RUN, "rank": RANKS, "place": PLACES, "outcome": VOTES},
)
WATCHED_VOTES: Final = Metric(
    "interleaver_watched_votes_total",
    "counter",
    "Votes by how they look, those alone that came without the bearer token of feedback.",
    {"run": RUN, "sign": VOTE_SIGNS, "outcome": VOTES},
)
SLOTS: Final = Metric(
    "interleaver_slots_total", "counter", "Slots of merged answers by team.", {"run": RUN, "team": SLOT_TEAMS}
)
FIRST_COINS: Final = Metric(
    "interleaver_first_coins_total",
    "counter",
    "Who won the first contested turn, once per unit.",
    {"run": RUN, "team": MODELS},
)
FALLBACKS: Final = Metric(
    "interleaver_fallbacks_total",
    "counter",
    "Interleaved requests that ended without a comparison, by reason.",
    {"run": RUN, "reason": FALLBACK_REASONS},
)
UNITLESS: Final = Metric(
    "interleaver_unitless_requests_total",
    "counter",
    "Ranking requests of a run that are in neither arm, for no unit could be read from them, by reason.",
    {"run": RUN, "reason": UNITLESS_REASONS},
)
PASSED: Final = Metric(
    "interleaver_passed_requests_total",
    "counter",
    "Requests in a run that are no ranking requests of it, by reason.",
    {"run": RUN, "reason": PASSED_REASONS},
)
UNITS_NOTED: Final = Metric(
    "interleaver_units_noted",
    "gauge",
    "Ranking requests with a unit whose unit was noted, one in 17, to find units that send more than their share.",
    {"run": RUN},
)
HEAVY_UNITS: Final = Metric(
    "interleaver_heavy_units_noted",
    "gauge",
    "How often a unit was noted that sent more than 5 % of these; it goes by a hash, or by the word where that is one "
    "which stands for nobody, such as undefined.",
    {"run": RUN, "unit": ()},
)
FEEDBACK: Final = Metric(
    "interleaver_feedback_total", "counter", "Feedback events by result.", {"run": RUN, "result": FEEDBACK_RESULTS}
)
MODEL_CALLS: Final = Metric(
    "interleaver_model_calls_total",
    "counter",
    "Calls to a model for ranking requests by outcome; slow means above the latency guardrail. A call that the breaker "
    "left out was not made and is not counted.",
    {"run": RUN, "model": MODELS, "outcome": CALL_OUTCOMES},
)
MODEL_SECONDS: Final = Metric(
    "interleaver_model_request_seconds",
    "histogram",
    "Seconds from sending a ranking request to a model until its answer was complete.",
    {"model": MODELS},
)
OVERALL_CONVERSIONS: Final = Metric(
    "interleaver_overall_conversions_total",
    "counter",
    "Units that converted at least once, by their arm and the ramp's percent when they were shown what they converted "
    "on; only while a guardrail compares the arms.",
    {"run": RUN, "arm": ARMS, "percent": PERCENTS},
)
REQUEST_SECONDS: Final = Metric(
    "interleaver_request_seconds",
    "histogram",
    "Seconds from taking up a ranking request to the end of its answer, by arm: what a client waits for, but for the "
    "network and the upload of an interleaved request. Requests outside a run count for the champion's arm.",
    {"arm": ARMS},
)
BREAKER: Final = Metric(
    "interleaver_breaker", "gauge", "1 for the state in which the candidate's breaker is.", {"state": BREAKER_STATES}
)
BREAKER_OPENED: Final = Metric(
    "interleaver_breaker_opened_total", "counter", "How often the breaker opened; probes that failed do not count.", {}
)
UPSTREAM_CONNECTIONS: Final = Metric(
    "interleaver_upstream_connections",
    "gauge",
    "Connections to a model by state; one that reads an answer which came too late is busy.",
    {"model": MODELS, "state": CONNECTION_STATES},
)
UPSTREAM_WAITING: Final = Metric(
    "interleaver_upstream_waiting", "gauge", "Calls that wait for a connection to a model.", {"model": MODELS}
)
CLIENT_CONNECTIONS: Final = Metric(
    "interleaver_client_connections", "gauge", "Connections of clients to the port for requests.", {}
)
CLIENTS_REFUSED: Final = Metric(
    "interleaver_client_connections_refused_total",
    "counter",
    "Connections of clients that found no room: as many were open as the router takes.",
    {},
)
CLIENTS_CUT: Final = Metric(
    "interleaver_client_connections_cut_total",
    "counter",
    "Connections that were cut because clients left too much of their answers unread.",
    {},
)
TUNNELS: Final = Metric("interleaver_tunnels", "gauge", "Websockets between a client and the serving model.", {})
REFUSALS: Final = Metric(
    "interleaver_refusals_total",
    "counter",
    "Errors of the router's own making by status; a model's own errors are passed on and not counted here.",
    {"status": REFUSAL_STATUSES},
)
PREVIEWS_TOTAL: Final = Metric(
    "interleaver_previews_total",
    "counter",
    "Previews by what they asked for, feedback in preview included. They are counted nowhere else.",
    {"preview": (*PREVIEWS, "refused")},
)
SAMPLES: Final = Metric(
    "interleaver_samples_total",
    "counter",
    "Lines of sampled requests and conversions by what became of them: written, or dropped and why.",
    {"result": SAMPLE_RESULTS},
)
LOOP_LAG: Final = Metric(
    "interleaver_event_loop_lag_seconds",
    "histogram",
    "Seconds by which a timer of 50 ms was late: for so long no request was served.",
    {},
)
CONFIG_GENERATION: Final = Metric(
    "interleaver_config_generation", "gauge", "Generation of the configuration in force.", {}
)
CONFIG_REJECTED: Final = Metric(
    "interleaver_config_rejected_total", "counter", "Configurations that were refused; the former stayed in force.", {}
)
MODEL_ADDRESSES: Final = ("loopback", "pod")  # of the model in the router's own pod
# Why a router is not ready, in one word beside its own words at /readyz; conditions have it as their reason.
MODEL_UNREACHABLE: Final = "ModelUnreachable"
MODEL_ON_LOOPBACK: Final = "ModelOnLoopback"  # where the routers of other pods cannot call it
ROUTER_NOT_READY: Final = "RouterNotReady"
OWN_MODEL: Final = Metric(
    "interleaver_own_model_reached",
    "gauge",
    "Whether the model in the router's own pod was reached, by address. It is called over loopback if it was there.",
    {"address": MODEL_ADDRESSES},
)
FEEDBACK_TOKEN: Final = Metric(
    "interleaver_feedback_token_usable",
    "gauge",
    "Whether the token of feedback by unit can be read: 0 means that nobody can send any. Absent while that is off.",
    {},
)
PROCESS_START: Final = Metric(
    "interleaver_process_start_time_seconds", "gauge", "Unix time at which this router process started.", {}
)

# With a vote store the totals of a run live there, and every router shows the same ones: the greatest is right, never
# the sum.
STORE_VOTES: Final = Metric(
    "interleaver_store_votes", "gauge", "Votes that the store holds.", {"run": RUN, "outcome": VOTES}
)
STORE_CONVERSIONS: Final = Metric(
    "interleaver_store_conversions",
    "gauge",
    "Credited conversions that the store holds.",
    {"run": RUN, "model": CREDITS},
)
STORE_PLACED_VOTES: Final = Metric(
    "interleaver_store_placed_votes",
    "gauge",
    "Votes that the store holds, by where the item stood.",
    {"run": RUN, "rank": RANKS, "place": PLACES, "outcome": VOTES},
)
STORE_FIRST_COINS: Final = Metric(
    "interleaver_store_first_coins",
    "gauge",
    "Who won the first contested turn, once per unit, as the store holds it.",
    {"run": RUN, "team": MODELS},
)
STORE_OVERALL_CONVERSIONS: Final = Metric(
    "interleaver_store_overall_conversions",
    "gauge",
    "Units that converted at least once, as the store holds them, by arm and percent at the time of the impression.",
    {"run": RUN, "arm": ARMS, "percent": PERCENTS},
)
STORE_EPOCH: Final = Metric(
    "interleaver_store_epoch",
    "gauge",
    "Unix milliseconds at which the store began to remember the run; a greater value means that it forgot the rest.",
    {"run": RUN},
)
STORE_SET_BACK: Final = Metric(
    "interleaver_store_set_back",
    "gauge",
    "Unix milliseconds at which the store was last found to lack some of what it had acknowledged, as a replica may "
    "that takes over; 0: it never was.",
    {"run": RUN},
)
STORE_UP: Final = Metric("interleaver_store_up", "gauge", "Whether this router reaches the store: 0 or 1.", {})
STORE_REFUSES: Final = Metric(
    "interleaver_store_refuses",
    "gauge",
    "1 while the store answers and refuses what this router asks, for a key of another kind, a right, or memory: the "
    "router's log says which.",
    {},
)
STORE_BUFFERED: Final = Metric("interleaver_store_buffered", "gauge", "Events that wait for the store.", {})
STORE_DROPPED: Final = Metric(
    "interleaver_store_dropped_total",
    "counter",
    "Events that never reached the store: the buffer was full, or the router ended.",
    {"run": RUN},
)

ROUTER_METRICS: Final = (
    REQUESTS,
    CONVERSIONS,
    VOTES_TOTAL,
    PLACED_VOTES,
    WATCHED_VOTES,
    SLOTS,
    FIRST_COINS,
    FALLBACKS,
    UNITLESS,
    PASSED,
    UNITS_NOTED,
    HEAVY_UNITS,
    FEEDBACK,
    MODEL_CALLS,
    MODEL_SECONDS,
    REQUEST_SECONDS,
    BREAKER,
    BREAKER_OPENED,
    UPSTREAM_CONNECTIONS,
    UPSTREAM_WAITING,
    CLIENT_CONNECTIONS,
    CLIENTS_REFUSED,
    CLIENTS_CUT,
    TUNNELS,
    REFUSALS,
    PREVIEWS_TOTAL,
    SAMPLES,
    LOOP_LAG,
    OVERALL_CONVERSIONS,
    STORE_DROPPED,
    STORE_VOTES,
    STORE_CONVERSIONS,
    STORE_PLACED_VOTES,
    STORE_FIRST_COINS,
    STORE_OVERALL_CONVERSIONS,
    STORE_EPOCH,
    STORE_SET_BACK,
    STORE_UP,
    STORE_REFUSES,
    STORE_BUFFERED,
    CONFIG_GENERATION,
    CONFIG_REJECTED,
    FEEDBACK_TOKEN,
    OWN_MODEL,
    PROCESS_START,
)
