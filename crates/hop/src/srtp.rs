//! SRTP and SRTCP with AES-GCM (RFC 3711, RFC 7714) under the keys that DTLS agreed on (RFC 5764 §4.2).
//!
//! Key bytes stay in here: nothing prints them, and no error says anything. A nonce is (SSRC, whole number); the callers see to it that a number of a
//! stream is sealed once.
use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use dimpl::SrtpProfile;

/// The number behind an SRTCP packet, with the bit that says it is encrypted.
const SRTCP_NUMBER_BYTES: usize = 4;
/// What of RTCP stays clear.
const RTCP_CLEAR_BYTES: usize = 8;
const SALT_BYTES: usize = 12;
const ENCRYPTED: u32 = 1 << 31;
/// Numbers of a stream: 16 bits in its packets and 32 of rollovers.
const NUMBERS: u64 = 1 << 48;

/// One direction's keys.
pub struct Direction {
    rtp: Half,
    rtcp: Half,
}

struct Half {
    key: LessSafeKey,
    salt: [u8; SALT_BYTES],
}

/// Both directions.
pub struct Keys {
    /// What the client sealed.
    pub theirs: Direction,
    /// What we seal.
    pub ours: Direction,
}

impl Keys {
    /// From what DTLS exports for its server; `None` for a profile without AEAD.
    pub fn of_server(material: &[u8], profile: SrtpProfile) -> Option<Self> {
        let key_bytes = match profile {
            SrtpProfile::AEAD_AES_128_GCM => 16,
            SrtpProfile::AEAD_AES_256_GCM => 32,
            _ => return None,
        };
        let (client_key, rest) = material.split_at_checked(key_bytes)?;
        let (server_key, rest) = rest.split_at_checked(key_bytes)?;
        let (client_salt, rest) = rest.split_first_chunk::<SALT_BYTES>()?;
        let (server_salt, _) = rest.split_first_chunk::<SALT_BYTES>()?;
        Some(Self { theirs: Direction::derive(client_key, client_salt)?, ours: Direction::derive(server_key, server_salt)? })
    }
}

impl Direction {
    fn derive(master: &[u8], salt: &[u8; SALT_BYTES]) -> Option<Self> {
        Some(Self { rtp: Half::derive(master, salt, 0)?, rtcp: Half::derive(master, salt, 3)? })
    }

    /// Seals what stands in `packet` behind its header, and puts the tag behind it. `number` is the whole sequence number.
    pub fn seal_rtp(&self, packet: &mut Vec<u8>, header_bytes: usize, (ssrc, number): (u32, u64)) -> Option<()> {
        // Beyond 48 bits a nonce would come again.
        (number < NUMBERS).then_some(())?;
        let (header, payload) = packet.split_at_mut_checked(header_bytes)?;
        let tag = self.rtp.key.seal_in_place_separate_tag(self.rtp.rtp_nonce(ssrc, number), Aad::from(&*header), payload).ok()?;
        packet.extend_from_slice(tag.as_ref());
        Some(())
    }

    /// The payload of a packet, opened in `scratch`.
    pub fn open_rtp<'s>(&self, packet: &[u8], header_bytes: usize, (ssrc, number): (u32, u64), scratch: &'s mut Vec<u8>) -> Option<&'s [u8]> {
        (number < NUMBERS).then_some(())?;
        let (header, sealed) = packet.split_at_checked(header_bytes)?;
        scratch.clear();
        scratch.extend_from_slice(sealed);
        let opened = self.rtp.key.open_in_place(self.rtp.rtp_nonce(ssrc, number), Aad::from(header), scratch).ok()?;
        Some(opened)
    }

    /// Seals a compound, which is one of ours and at least a header long.
    pub fn seal_rtcp(&self, compound: &mut Vec<u8>, number: u32) -> Option<()> {
        let trailer = (number & !ENCRYPTED | ENCRYPTED).to_be_bytes();
        let (clear, rest) = compound.split_at_mut_checked(RTCP_CLEAR_BYTES)?;
        let ssrc = u32::from_be_bytes([clear[4], clear[5], clear[6], clear[7]]);
        let mut associated = [0; RTCP_CLEAR_BYTES + SRTCP_NUMBER_BYTES];
        associated[..RTCP_CLEAR_BYTES].copy_from_slice(clear);
        associated[RTCP_CLEAR_BYTES..].copy_from_slice(&trailer);
        let tag = self.rtcp.key.seal_in_place_separate_tag(self.rtcp.rtcp_nonce(ssrc, number), Aad::from(associated), rest).ok()?;
        compound.extend_from_slice(tag.as_ref());
        compound.extend_from_slice(&trailer);
        Some(())
    }

    /// The number of an SRTCP packet and its sender, as it says.
    pub fn rtcp_number(packet: &[u8]) -> Option<(u32, u32)> {
        let trailer = u32::from_be_bytes(*packet.last_chunk::<SRTCP_NUMBER_BYTES>()?);
        let (clear, _) = packet.split_first_chunk::<RTCP_CLEAR_BYTES>()?;
        let ssrc = u32::from_be_bytes([clear[4], clear[5], clear[6], clear[7]]);
        (trailer & ENCRYPTED != 0).then_some((ssrc, trailer & !ENCRYPTED))
    }

    /// The compound of a packet, opened in `scratch`. What is not encrypted is refused.
    pub fn open_rtcp<'s>(&self, packet: &[u8], scratch: &'s mut Vec<u8>) -> Option<&'s [u8]> {
        let (ssrc, number) = Self::rtcp_number(packet)?;
        let (sealed, trailer) = packet.split_last_chunk::<SRTCP_NUMBER_BYTES>()?;
        let (clear, sealed) = sealed.split_at_checked(RTCP_CLEAR_BYTES)?;
        let mut associated = [0; RTCP_CLEAR_BYTES + SRTCP_NUMBER_BYTES];
        associated[..RTCP_CLEAR_BYTES].copy_from_slice(clear);
        associated[RTCP_CLEAR_BYTES..].copy_from_slice(trailer);
        scratch.clear();
        scratch.extend_from_slice(packet.get(..RTCP_CLEAR_BYTES)?);
        scratch.extend_from_slice(sealed);
        let nonce = self.rtcp.rtcp_nonce(ssrc, number);
        let opened = self.rtcp.key.open_in_place(nonce, Aad::from(associated), &mut scratch[RTCP_CLEAR_BYTES..]).ok()?.len();
        scratch.truncate(RTCP_CLEAR_BYTES + opened);
        Some(scratch)
    }
}

impl Half {
    /// The session key and salt of a kind: 0 for RTP, 3 for RTCP (RFC 3711 §4.3.2), of which the salt's label is two more.
    fn derive(master: &[u8], salt: &[u8; SALT_BYTES], label: u8) -> Option<Self> {
        let mut key = [0; 32];
        let key = &mut key[..master.len()];
        derive(master, salt, label, key)?;
        let mut session_salt = [0; SALT_BYTES];
        derive(master, salt, label + 2, &mut session_salt)?;
        let algorithm = if master.len() == 16 { &AES_128_GCM } else { &AES_256_GCM };
        Some(Self { key: LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?), salt: session_salt })
    }

    /// RFC 7714 §8.1: 0, SSRC and the number of 48 bits.
    fn rtp_nonce(&self, ssrc: u32, number: u64) -> Nonce {
        let [_, _, low @ ..] = number.to_be_bytes();
        self.nonce(ssrc, low)
    }

    /// RFC 7714 §9.1: 0, SSRC, 0 and the number of 31 bits.
    fn rtcp_nonce(&self, ssrc: u32, number: u32) -> Nonce {
        let mut low = [0; 6];
        low[2..].copy_from_slice(&number.to_be_bytes());
        self.nonce(ssrc, low)
    }

    fn nonce(&self, ssrc: u32, number: [u8; 6]) -> Nonce {
        let mut nonce = [0; SALT_BYTES];
        nonce[2..6].copy_from_slice(&ssrc.to_be_bytes());
        nonce[6..].copy_from_slice(&number);
        nonce.iter_mut().zip(self.salt).for_each(|(byte, salt)| *byte ^= salt);
        Nonce::assume_unique_for_key(nonce)
    }
}

/// AES in counter mode under the master key, from the salt with the label in it (RFC 3711 §4.3.3; the salt of 96 bits is filled up with zeros, RFC 7714 §11).
fn derive(master: &[u8], salt: &[u8; SALT_BYTES], label: u8, out: &mut [u8]) -> Option<()> {
    let algorithm = if master.len() == 16 { &AES_128 } else { &AES_256 };
    let key = EncryptingKey::ctr(UnboundCipherKey::new(algorithm, master).ok()?).ok()?;
    let mut counter = [0; 16];
    counter[..SALT_BYTES].copy_from_slice(salt);
    counter[7] ^= label;
    out.fill(0);
    key.less_safe_encrypt(out, EncryptionContext::Iv128(FixedLength::from(counter))).ok()?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{AES_128_GCM, Direction, Half, Keys, LessSafeKey, UnboundKey, derive};
    use dimpl::SrtpProfile;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
    }

    /// AES-128 of the salt with label 0, filled up with zeros, under the master key of RFC 3711 B.3, by another implementation:
    /// `xxd -r -p <<< 0EC675AD498AFEEBB6960B3A00000000 | openssl enc -aes-128-ecb -nopad -K E1F97A0D3E018BE0D64FA32C06DE4139 | xxd -p`.
    #[test]
    fn session_keys_are_the_master_key_s_counter_stream() {
        let master = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
        let salt: [u8; 12] = hex("0EC675AD498AFEEBB6960B3A").try_into().unwrap();
        let mut key = [0; 16];
        derive(&master, &salt, 0, &mut key).unwrap();
        assert_eq!(key.to_vec(), hex("238c882f36f000301573e69383502d9d"));
    }

    /// RFC 7714 §16.1.1.
    #[test]
    fn a_packet_is_sealed_as_in_the_rfc() {
        let key = UnboundKey::new(&AES_128_GCM, &hex("000102030405060708090a0b0c0d0e0f")).unwrap();
        let half = || Half { key: LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &[0; 16]).unwrap()), salt: [0; 12] };
        let salt = hex("517569642070726f2071756f").try_into().unwrap();
        let direction = Direction { rtp: Half { key: LessSafeKey::new(key), salt }, rtcp: half() };
        let mut packet = hex("8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573");
        direction.seal_rtp(&mut packet, 12, (0x5501_a0b2, 0xf17b)).unwrap();
        let sealed = "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce";
        assert_eq!(packet[12..], hex(sealed));
    }

    fn pair(profile: SrtpProfile, key_bytes: usize) -> (Keys, Keys) {
        let material: Vec<u8> = (0..2 * key_bytes + 24).map(|byte| u8::try_from(byte).unwrap()).collect();
        let server = Keys::of_server(&material, profile).unwrap();
        let swapped = [
            &material[key_bytes..2 * key_bytes],
            &material[..key_bytes],
            &material[2 * key_bytes + 12..],
            &material[2 * key_bytes..2 * key_bytes + 12],
        ];
        (server, Keys::of_server(&swapped.concat(), profile).unwrap())
    }

    #[test]
    fn what_one_end_seals_the_other_opens_and_nothing_else_does() {
        for (profile, key_bytes) in [(SrtpProfile::AEAD_AES_128_GCM, 16), (SrtpProfile::AEAD_AES_256_GCM, 32)] {
            let (server, client) = pair(profile, key_bytes);
            let mut packet = vec![0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7];
            packet.extend_from_slice(b"payload");
            client.ours.seal_rtp(&mut packet, 12, (7, 0x1_0001)).unwrap();
            let mut scratch = Vec::new();
            assert_eq!(server.theirs.open_rtp(&packet, 12, (7, 0x1_0001), &mut scratch), Some(&b"payload"[..]));
            assert_eq!(server.theirs.open_rtp(&packet, 12, (7, 1), &mut scratch), None, "another cycle");
            assert_eq!(server.ours.open_rtp(&packet, 12, (7, 0x1_0001), &mut scratch), None, "the other direction");
            packet[1] ^= 0x80;
            assert_eq!(server.theirs.open_rtp(&packet, 12, (7, 0x1_0001), &mut scratch), None, "a header that was changed");
        }
    }

    #[test]
    fn a_stream_that_has_no_number_left_is_silent() {
        let (server, _) = pair(SrtpProfile::AEAD_AES_128_GCM, 16);
        let mut packet = vec![0x80; 20];
        assert!(server.ours.seal_rtp(&mut packet, 12, (7, (1 << 48) - 1)).is_some());
        assert!(server.ours.seal_rtp(&mut packet, 12, (7, 1 << 48)).is_none());
    }

    #[test]
    fn rtcp_goes_both_ways_and_clear_rtcp_is_refused() {
        let (server, client) = pair(SrtpProfile::AEAD_AES_256_GCM, 32);
        let compound = hex("80c90001 00000007 81ce0002 00000007 00000009");
        let mut packet = compound.clone();
        server.ours.seal_rtcp(&mut packet, 5).unwrap();
        assert_eq!(Direction::rtcp_number(&packet), Some((7, 5)));
        let mut scratch = Vec::new();
        assert_eq!(client.theirs.open_rtcp(&packet, &mut scratch), Some(&compound[..]));
        let at = packet.len() - 4;
        packet[at] &= 0x7f;
        assert_eq!(client.theirs.open_rtcp(&packet, &mut scratch), None);
    }

    #[test]
    fn keys_without_authentication_are_refused() {
        assert!(Keys::of_server(&[0; 60], SrtpProfile::AES128_CM_SHA1_80).is_none());
        assert!(Keys::of_server(&[0; 55], SrtpProfile::AEAD_AES_128_GCM).is_none());
    }
}
