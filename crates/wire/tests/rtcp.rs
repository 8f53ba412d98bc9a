//! Compounds of RTCP, of friends and of others.
use proptest::prelude::*;
use wire::rtcp::emit::{BLOCKS_MAX, Sent, goodbye, nack, picture_loss, receiver_report, sender_report, source_description};
use wire::rtcp::transport_cc::STATUSES_MAX;
use wire::rtcp::{Block, Rtcp, packets};

prop_compose! {
    fn block()(words in any::<[u32; 5]>(), fraction_lost in any::<u8>(), lost in 0_u32..0x80_0000) -> Block {
        let [ssrc, highest, jitter, last_report, delay] = words;
        Block { ssrc, fraction_lost, lost, highest, jitter, last_report, delay }
    }
}

/// One packet whose header fits it, mostly: any format, a type that is read or its neighbour, any body.
fn packet() -> impl Strategy<Value = Vec<u8>> {
    let wrong = prop_oneof![9 => Just(0_u16), 1 => any::<u16>()];
    (0x80_u8..0xa0, prop_oneof![199_u8..208, any::<u8>()], prop::collection::vec(any::<u32>(), 0..40), wrong).prop_map(
        |(first, kind, body, wrong)| {
            let length = u16::try_from(body.len()).unwrap() ^ wrong;
            let head = [first, kind, length.to_be_bytes()[0], length.to_be_bytes()[1]];
            head.into_iter().chain(body.into_iter().flat_map(u32::to_be_bytes)).collect()
        },
    )
}

/// How much was read of each kind: packets, blocks, numbers, statuses.
fn walk(compound: &[u8]) -> [usize; 4] {
    let mut read = [0; 4];
    for packet in packets(compound) {
        read[0] += 1;
        match packet {
            Rtcp::SenderReport { blocks, .. } | Rtcp::ReceiverReport(blocks) => read[1] += blocks.count(),
            Rtcp::Nack { lost, .. } => read[2] += lost.count(),
            Rtcp::TransportCc(arrivals) => {
                let statuses = arrivals.count();
                assert!(statuses <= STATUSES_MAX);
                read[3] += statuses;
            }
            Rtcp::KeyFrameWanted { .. } | Rtcp::Goodbye => {}
        }
    }
    read
}

fn within_bounds(compound: &[u8]) {
    let [packets, blocks, numbers, statuses] = walk(compound);
    assert!(packets <= compound.len() / 4);
    assert!(blocks <= compound.len() / 24);
    assert!(numbers <= compound.len() / 4 * 17, "a pair of four bytes names seventeen");
    assert!(statuses <= compound.len() / 20 * STATUSES_MAX, "one feedback has twenty bytes before its chunks");
}

proptest! {
    #[test]
    fn reports_read_back_and_no_more_of_them_than_a_header_counts(
        ssrc in any::<u32>(), ntp in any::<u64>(), rtp in any::<u32>(), blocks in prop::collection::vec(block(), 0..40), cname in "[a-z]{0,80}",
    ) {
        let mut compound = Vec::new();
        sender_report(&mut compound, &Sent { ssrc, ntp, rtp, packets: 1, octets: 2 }, &blocks);
        source_description(&mut compound, ssrc, &cname);
        receiver_report(&mut compound, ssrc, &blocks);
        let kept = &blocks[..blocks.len().min(BLOCKS_MAX)];
        let mut read = packets(&compound);
        let Some(Rtcp::SenderReport { ssrc: of, ntp: at, rtp: on_clock, blocks }) = read.next() else { panic!("a sender report") };
        prop_assert_eq!((of, at, on_clock, &blocks.collect::<Vec<_>>()[..]), (ssrc, ntp, rtp, kept));
        let Some(Rtcp::ReceiverReport(blocks)) = read.next() else { panic!("a receiver report") };
        prop_assert_eq!(&blocks.collect::<Vec<_>>()[..], kept);
        prop_assert!(read.next().is_none());
    }

    #[test]
    fn what_is_asked_for_again_reads_back(
        first in any::<u16>(), steps in prop::collection::vec(1_u16..40, 0..200), ssrc in any::<u32>(), media in any::<u32>(),
    ) {
        let steps = steps.iter().scan(first, |number, step| { *number = number.wrapping_add(*step); Some(*number) });
        let asked: Vec<u16> = std::iter::once(first).chain(steps).collect();
        let mut compound = Vec::new();
        nack(&mut compound, ssrc, media, &asked);
        prop_assert!(compound.len() <= 12 + 4 * asked.len());
        let Some(Rtcp::Nack { media: of, lost }) = packets(&compound).next() else { panic!("a nack") };
        prop_assert_eq!((of, lost.collect::<Vec<_>>()), (media, asked));
    }

    #[test]
    fn what_stands_behind_a_goodbye_is_read_too(streams in prop::collection::vec(any::<u32>(), 0..40), media in any::<u32>()) {
        let mut compound = Vec::new();
        goodbye(&mut compound, &streams);
        picture_loss(&mut compound, 1, media);
        let mut read = packets(&compound);
        prop_assert!(matches!(read.next(), Some(Rtcp::Goodbye)));
        let Some(Rtcp::KeyFrameWanted { media: of }) = read.next() else { panic!("a wish for a key frame") };
        prop_assert_eq!((of, read.count()), (media, 0));
    }

    #[test]
    fn arbitrary_bytes_give_no_more_than_they_can_hold(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        within_bounds(&bytes);
    }

    #[test]
    fn packets_with_mistakes_give_no_more_than_they_can_hold(
        compound in prop::collection::vec(packet(), 0..12), cut in any::<prop::sample::Index>(),
    ) {
        let compound = compound.concat();
        within_bounds(&compound);
        within_bounds(&compound[..cut.index(compound.len() + 1)]);
    }
}

#[test]
fn a_full_nack_names_seventeen_in_each_pair() {
    let mut compound = vec![0x81, 205, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2];
    compound.extend_from_slice(&[0xff, 0xfe, 0xff, 0xff, 0, 100, 0x80, 0x01]);
    let Some(Rtcp::Nack { lost, .. }) = packets(&compound).next() else { panic!("a nack") };
    let expected: Vec<u16> = (0..17).map(|step| 0xfffe_u16.wrapping_add(step)).chain([100, 101, 116]).collect();
    assert_eq!(lost.collect::<Vec<_>>(), expected);
}
