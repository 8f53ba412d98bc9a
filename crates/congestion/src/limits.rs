//! Every bound and threshold of this crate, with what it holds. Times are microseconds, rates bits per second, parts of losses per mille.

/// The least that an estimate says: sound gets through on almost any way.
pub const RATE_MIN: u64 = 30_000;
/// The most that it says.
pub const RATE_MAX: u64 = 50_000_000;

/// Growth in a second, per mille: near where the way ended before, and elsewhere.
pub(crate) const GROWTH: u64 = 80;
pub(crate) const GROWTH_FAST: u64 = 300;
/// For so long at most it is made up for at once.
pub(crate) const GROWTH_US_MAX: u64 = 200_000;

/// Packets remembered at first; the table doubles when they are younger than `KEEP_US`.
pub(crate) const PACKETS_FIRST: usize = 64;
/// Packets remembered at most, of 24 bytes each.
pub(crate) const PACKETS_MAX: usize = 4_096;
/// How long a packet is remembered, where there is room.
pub(crate) const KEEP_US: u64 = 1_500_000;
/// Packets of one feedback message that are looked at.
pub(crate) const REPORT_PACKETS_MAX: usize = 8_192;

/// What is heard is kept in this many pieces.
pub(crate) const PIECES: usize = 40;
/// Feedback within such a time goes into one piece.
pub(crate) const PIECE_US: u64 = 45_000;
/// Over which time the least delay is the standing queue.
pub(crate) const STANDING_US: u64 = 300_000;
/// The same where few packets arrive.
pub(crate) const STANDING_US_MAX: u64 = 1_500_000;
/// Packets that must have arrived in it.
pub(crate) const STANDING_PACKETS_MIN: u32 = 6;
/// Over which time loss is counted, and what arrives is measured in quiet.
pub(crate) const CALM_US: u64 = 1_000_000;
/// The shortest time over which what arrives is measured.
pub(crate) const MEASURE_US_MIN: u64 = 150_000;

/// The least delay ever is that of the last two to three such times: clocks drift, routes change.
pub(crate) const BASE_TURN_US: u64 = 8_000_000;

/// A queue that stands above this is too long.
pub(crate) const QUEUE_HIGH_US: i64 = 50_000;
/// One below this allows growth.
pub(crate) const QUEUE_LOW_US: i64 = 25_000;
/// How much the delay must grow within `STANDING_US` to say that less arrives than is sent.
pub(crate) const QUEUE_GROWS_US: i64 = 10_000;
/// How long a queue must stand while it grows or loses.
pub(crate) const OVER_US: u64 = 80_000;
/// How long it must stand otherwise.
pub(crate) const OVER_LONG_US: u64 = 500_000;
/// How long after a cut its effect on the queue is looked for.
pub(crate) const CUT_EFFECT_US: u64 = 5_000_000;

/// Loss that is ignored.
pub(crate) const LOSS_IGNORED: u64 = 20;
/// Loss of a full queue: it confirms what the delay says.
pub(crate) const LOSS_CONFIRMS: u64 = 50;
/// Loss up to which the estimate holds.
pub(crate) const LOSS_HELD: u64 = 120;
/// Loss that takes an estimate below `LOSS_FLOOR`.
pub(crate) const LOSS_SEVERE: u64 = 500;
/// Loss alone, without a queue, does not take an estimate below this: sound and the smallest pictures.
pub(crate) const LOSS_FLOOR: u64 = 300_000;
/// Packets whose fate must be known before loss is judged.
pub(crate) const LOSS_PACKETS_MIN: u64 = 100;
/// Between two judgements of loss.
pub(crate) const LOSS_ROUND_US: u64 = 500_000;
/// So much less loss after a cut shows that it was the rate's.
pub(crate) const LOSS_HELPED: u64 = 100;
/// How long a rate that was lossy is not tried again, at first and when it has been lossy again and again.
pub(crate) const LOSS_MEMORY_US: u64 = 8_000_000;
pub(crate) const LOSS_MEMORY_US_MAX: u64 = 60_000_000;
/// Cuts within such a time have one cause.
pub(crate) const LOSS_ONE_EVENT_US: u64 = 5_000_000;
/// How much later than its successors a packet may arrive before it counts as lost.
pub(crate) const REORDER_US: u64 = 100_000;
/// The most that a way is believed to lose by itself.
pub(crate) const LOSS_INHERENT_MAX: u64 = 500;
/// Where more than `LOSS_HELD` is lost, the estimate does not grow past this: pictures that lose so much are better small.
pub(crate) const LOSSY_RATE_MAX: u64 = 1_000_000;

/// Packets without feedback for so long are silence.
pub(crate) const SILENCE_US: u64 = 1_200_000;
/// Between two steps down in silence.
pub(crate) const SILENCE_STEP_US: u64 = 400_000;

/// How long a probe lasts.
pub(crate) const PROBE_US: u64 = 200_000;
/// Less padding than this is not worth a packet.
pub(crate) const PROBE_BYTES_MIN: u64 = 100;
/// Between two calls during a probe.
pub(crate) const PROBE_TICK_US: u64 = 25_000;
/// The later part of a probe, from which its rate is taken.
pub(crate) const PROBE_TAIL_US: u64 = 100_000;
/// How long a probe's last packets may be late.
pub(crate) const PROBE_SETTLE_US: u64 = 60_000;
/// How long its feedback may take.
pub(crate) const PROBE_ANSWER_US: u64 = 1_000_000;
/// Between two looks at whether a probe is possible.
pub(crate) const PROBE_AGAIN_US: u64 = 250_000;
/// The first pause after a probe that found no more.
pub(crate) const PROBE_PAUSE_US: u64 = 2_000_000;
/// The longest.
pub(crate) const PROBE_PAUSE_US_MAX: u64 = 10_000_000;
/// The queue at the end of a probe that says that it came close to what the way carries.
pub(crate) const PROBE_TIGHT_US: i64 = 20_000;
/// So much more loss than without it makes a probe fail.
pub(crate) const PROBE_LOSS: u64 = 100;
/// The queue at which a running probe stops.
pub(crate) const PROBE_QUEUE_US: i64 = 80_000;
/// How long after a probe that said nothing it is repeated, and how often.
pub(crate) const PROBE_REPEAT_US: u64 = 500_000;
pub(crate) const PROBE_REPEATS_MAX: u32 = 3;
/// After so long without one, a failure counts as the first.
pub(crate) const PROBE_FORGET_US: u64 = 30_000_000;
/// What is probed for at the start at most, however much is wanted.
pub(crate) const PROBE_FIRST_RATE_MAX: u64 = 6_000_000;
