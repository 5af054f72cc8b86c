use super::*;
use proptest::prelude::*;

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;
const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn http(status: u16) -> Answer {
    Answer::Http { status, retry_after_ms: None }
}

fn later(status: u16, millis: i64) -> Answer {
    Answer::Http { status, retry_after_ms: Some(millis) }
}

/// Try number `tries` of a delivery made, and first tried, `age_ms` ago.
fn verdict(policy: &RetryPolicy, tries: i32, age_ms: i64, answer: &Answer) -> Verdict {
    let begun = NOW.plus_ms(-age_ms);
    let facts = AttemptFacts {
        number: tries,
        tries_in_schedule: tries,
        created_at: begun,
        schedule_started_at: begun,
        now: NOW,
        answer,
    };
    policy.verdict(&facts, 0.0)
}

fn retry_in(millis: i64) -> Verdict {
    Verdict::RetryAt(NOW.plus_ms(millis))
}

fn policies() -> [RetryPolicy; 4] {
    [RetryPolicy::Standard, RetryPolicy::FiveMinutes, RetryPolicy::None, RetryPolicy::Custom(vec![1, 2])]
}

#[test]
fn only_2xx_is_success_and_410_ends_it_under_every_policy() {
    for policy in policies() {
        for status in [200, 201, 204, 299] {
            assert_eq!(verdict(&policy, 1, 0, &http(status)), Verdict::Succeeded, "{policy:?} {status}");
        }
        for status in [100, 301, 304, 400, 500] {
            assert_ne!(verdict(&policy, 1, 0, &http(status)), Verdict::Succeeded, "{policy:?} {status}");
        }
        assert_eq!(verdict(&policy, 1, 0, &http(410)), Verdict::Failed(FailReason::Gone), "{policy:?}");
    }
}

#[test]
fn d6_standard_tries_ten_times_whatever_the_answer() {
    let expected =
        [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map(|seconds| seconds * SECOND);
    assert_eq!(RetryPolicy::Standard.delays_ms(), expected);
    for answer in [http(301), http(401), http(500), Answer::Error(SendError::Timeout)] {
        for (tries, delay) in (1..).zip(expected) {
            assert_eq!(verdict(&RetryPolicy::Standard, tries, HOUR, &answer), retry_in(delay), "{tries}");
        }
        let end = verdict(&RetryPolicy::Standard, 10, HOUR, &answer);
        assert_eq!(end, Verdict::Failed(FailReason::AttemptsExhausted));
    }
}

#[test]
fn d5_five_minutes_ends_at_once_where_trying_again_is_no_use() {
    for (answer, expected) in [
        (http(400), retry_in(5 * SECOND)),
        (http(408), retry_in(5 * SECOND)),
        (http(429), retry_in(5 * SECOND)),
        (http(500), retry_in(5 * SECOND)),
        (http(511), retry_in(5 * SECOND)),
        (Answer::Error(SendError::ConnectionRefused), retry_in(5 * SECOND)),
        (http(302), Verdict::Failed(FailReason::RefusedForGood)),
        (http(401), Verdict::Failed(FailReason::RefusedForGood)),
        (http(403), Verdict::Failed(FailReason::RefusedForGood)),
        (http(404), Verdict::Failed(FailReason::RefusedForGood)),
        (http(422), Verdict::Failed(FailReason::RefusedForGood)),
        (http(512), Verdict::Failed(FailReason::RefusedForGood)),
        (Answer::Error(SendError::BlockedAddress), Verdict::Failed(FailReason::RefusedForGood)),
    ] {
        assert_eq!(verdict(&RetryPolicy::FiveMinutes, 1, 0, &answer), expected, "{answer:?}");
    }
}

#[test]
fn c9_five_minutes_retries_within_300_seconds_of_the_first_attempt() {
    let policy = RetryPolicy::FiveMinutes;
    let mut age = 0;
    for (tries, delay) in (1..).zip([5, 10, 20, 40, 60, 60, 60]) {
        assert_eq!(verdict(&policy, tries, age, &http(500)), retry_in(delay * SECOND), "{tries}");
        age += delay * SECOND;
    }
    assert_eq!(verdict(&policy, 8, age, &http(500)), Verdict::Failed(FailReason::AttemptsExhausted));
    assert_eq!(verdict(&policy, 7, 240 * SECOND, &http(500)), retry_in(60 * SECOND));
    assert_eq!(verdict(&policy, 7, 240 * SECOND + 1, &http(500)), Verdict::Failed(FailReason::OutOfTime));
}

#[test]
fn retry_after_is_honoured_and_bounded() {
    let (standard, short) = (RetryPolicy::Standard, RetryPolicy::FiveMinutes);
    for (policy, answer, expected) in [
        (&standard, later(429, 60 * SECOND), retry_in(60 * SECOND)),
        (&standard, later(503, 60 * SECOND), retry_in(60 * SECOND)),
        (&standard, later(503, SECOND), retry_in(5 * SECOND)),
        (&standard, later(503, -SECOND), retry_in(5 * SECOND)),
        (&standard, later(500, 60 * SECOND), retry_in(5 * SECOND)),
        (&standard, later(429, i64::MAX), retry_in(24 * HOUR)),
        (&short, later(429, 300 * SECOND), retry_in(300 * SECOND)),
        (&short, later(429, 301 * SECOND), Verdict::Failed(FailReason::OutOfTime)),
        (&short, later(503, 301 * SECOND), Verdict::Failed(FailReason::OutOfTime)),
    ] {
        assert_eq!(verdict(policy, 1, 0, &answer), expected, "{policy:?} {answer:?}");
    }
}

#[test]
fn none_never_tries_again() {
    let end = verdict(&RetryPolicy::None, 1, 0, &http(500));
    assert_eq!(end, Verdict::Failed(FailReason::AttemptsExhausted));
    assert!(RetryPolicy::None.delays_ms().is_empty());
}

#[test]
fn a_manual_retry_restarts_the_schedule_but_not_the_seven_days() {
    let answer = http(500);
    let facts = AttemptFacts {
        number: 11,
        tries_in_schedule: 1,
        created_at: NOW.plus_ms(-24 * HOUR),
        schedule_started_at: NOW.plus_ms(-SECOND),
        now: NOW,
        answer: &answer,
    };
    assert_eq!(RetryPolicy::Standard.verdict(&facts, 0.0), retry_in(5 * SECOND));
    assert_eq!(RetryPolicy::FiveMinutes.verdict(&facts, 0.0), retry_in(5 * SECOND));
    let old = AttemptFacts { created_at: NOW.plus_ms(-DELIVERY_LIFETIME_MS), ..facts };
    assert_eq!(RetryPolicy::Standard.verdict(&old, 0.0), Verdict::Failed(FailReason::OutOfTime));
}

#[test]
fn no_try_is_made_after_seven_days_but_the_one_asked_for_by_hand() {
    let end = NOW.plus_ms(DELIVERY_LIFETIME_MS);
    let late = end.plus_ms(1);
    for (schedule_started_at, schedule_tries, now, expected) in [
        (NOW, 0, end, false),
        (NOW, 3, end, false),
        (NOW, 0, late, true),
        (NOW, 3, late, true),
        (end, 0, late, true),
        (late, 0, late, false),
        (late, 0, late.plus_ms(DELIVERY_LIFETIME_MS), false),
        (late, 1, late.plus_ms(SECOND), true),
    ] {
        let found = is_out_of_time(NOW, schedule_started_at, schedule_tries, now);
        assert_eq!(found, expected, "{schedule_started_at:?} {schedule_tries} {now:?}");
    }
}

#[test]
fn custom_lists_have_at_most_twenty_delays_within_seven_days() {
    for (delays, is_fine) in [
        (vec![5, 60], true),
        (vec![], false),
        (vec![1; 20], true),
        (vec![1; 21], false),
        (vec![604_800], true),
        (vec![604_800, 1], false),
        (vec![u32::MAX; 20], false),
    ] {
        let mut errors = FieldErrors::default();
        RetryPolicy::Custom(delays.clone()).check("retry", &mut errors);
        assert_eq!(errors.0.is_empty(), is_fine, "{delays:?}");
    }
}

#[test]
fn policies_have_their_json_form() {
    for (policy, json) in [
        (RetryPolicy::Standard, r#""standard""#),
        (RetryPolicy::FiveMinutes, r#""five_minutes""#),
        (RetryPolicy::None, r#""none""#),
        (RetryPolicy::Custom(vec![5, 60]), r#"{"custom":[5,60]}"#),
    ] {
        assert_eq!(serde_json::to_string(&policy).expect("JSON"), json);
        assert_eq!(serde_json::from_str::<RetryPolicy>(json).expect(json), policy);
    }
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now = Timestamp::parse_rfc3339("1994-11-06T08:49:00Z").expect("a time");
    for (value, expected) in [
        ("120", Some(120_000)),
        (" 0 ", Some(0)),
        ("99999999999999999999", Some(i64::MAX)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37_000)),
        ("Sun, 06 Nov 1994 08:48:37 GMT", Some(0)),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
    ] {
        assert_eq!(parse_retry_after(value, now), expected, "{value}");
    }
}

fn any_policy() -> impl Strategy<Value = RetryPolicy> {
    prop_oneof![
        Just(RetryPolicy::Standard),
        Just(RetryPolicy::FiveMinutes),
        Just(RetryPolicy::None),
        prop::collection::vec(any::<u32>(), 0..25).prop_map(RetryPolicy::Custom),
    ]
}

fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        (100..600_u16, prop::option::of(any::<i64>()))
            .prop_map(|(status, retry_after_ms)| Answer::Http { status, retry_after_ms }),
        Just(Answer::Error(SendError::Timeout)),
    ]
}

proptest! {
    #[test]
    fn a_retry_is_never_early_and_never_past_the_lifetime(
        policy in any_policy(), answer in any_answer(), tries in 0..30_i32,
        age in 0..2 * DELIVERY_LIFETIME_MS, jitter: f64,
    ) {
        let created_at = NOW.plus_ms(-age);
        let facts = AttemptFacts {
            number: tries, tries_in_schedule: tries, created_at, schedule_started_at: created_at, now: NOW,
            answer: &answer,
        };
        if let Verdict::RetryAt(at) = policy.verdict(&facts, jitter) {
            let delay = policy.delays_ms()[usize::try_from(tries - 1).expect("a first try or later")];
            prop_assert!(at >= NOW.plus_ms(delay));
            prop_assert!(at <= created_at.plus_ms(DELIVERY_LIFETIME_MS));
            prop_assert!(at <= NOW.plus_ms((delay + delay / 5).max(MAX_RETRY_AFTER_MS)));
            if let Answer::Http { status: 429 | 503, retry_after_ms: Some(asked) } = answer {
                prop_assert!(at >= NOW.plus_ms(asked.min(MAX_RETRY_AFTER_MS)));
            }
        }
    }

    #[test]
    fn later_tries_more_jitter_and_longer_wishes_never_come_sooner(
        tries in 1..9_i32, one in 0.0..1.0_f64, two in 0.0..1.0_f64, wish in 0..MAX_RETRY_AFTER_MS,
    ) {
        let at = |tries, jitter, wish| {
            let answer = later(503, wish);
            let facts = AttemptFacts {
                number: tries, tries_in_schedule: tries, created_at: NOW, schedule_started_at: NOW, now: NOW,
                answer: &answer,
            };
            match RetryPolicy::Standard.verdict(&facts, jitter) {
                Verdict::RetryAt(at) => at,
                other => panic!("{other:?}"),
            }
        };
        let (less, more) = (one.min(two), one.max(two));
        prop_assert!(at(tries, less, wish) <= at(tries, more, wish));
        prop_assert!(at(tries, less, wish) <= at(tries + 1, less, wish));
        prop_assert!(at(tries, less, wish / 2) <= at(tries, less, wish));
    }
}
