//! SIDs: without a pattern to the eye, and the same in every run that starts at the same moment.

/// Hands out 32 hexadecimal digits at a time, never the same twice.
#[derive(Debug)]
pub(super) struct Sids {
    next: u64,
}

impl Sids {
    pub(super) fn from(seed: i64) -> Self {
        // A run of a thousand SIDs a millisecond would be needed to meet those of a later start.
        Self {
            next: seed.unsigned_abs().wrapping_mul(1000),
        }
    }

    pub(super) fn issue(&mut self, prefix: &str) -> String {
        self.next = self.next.wrapping_add(1);
        let high = scrambled(self.next);
        format!("{prefix}{high:016x}{:016x}", scrambled(!high))
    }
}

/// `SplitMix64`'s finaliser, a bijection: different numbers stay different.
fn scrambled(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Digits that stand for `text`, for ids that must be the same whenever they are asked for.
pub(super) fn digits_for(text: &str) -> String {
    let number = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{:016x}{:016x}", scrambled(number), scrambled(!number))
}
