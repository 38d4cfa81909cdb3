//! What the stand-in remembers.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::Refusal;
use super::content::Content;
use super::delivery::Due;
use super::message::Message;
use super::say::InboundForm;
use super::sid::Sids;

#[derive(Debug)]
pub(super) struct State {
    pub(super) sids: Sids,
    /// Sent by us, in order of acceptance.
    pub(super) messages: Vec<Message>,
    /// Said by people, in order.
    pub(super) inbound: Vec<Message>,
    pub(super) contents: Vec<Content>,
    /// Messages whose pictures were fetched, or tried to be.
    pub(super) fetched: HashSet<String>,
    /// Callbacks to come, by time and then by order of planning.
    pub(super) due: BTreeMap<(i64, u64), Due>,
    pub(super) planned: u64,
    /// When each address last wrote, in milliseconds.
    pub(super) last_inbound: HashMap<String, i64>,
    /// The user id that was seen beside a phone number.
    pub(super) user_ids: HashMap<String, String>,
    /// What was posted under a `MessageSid`: Twilio repeats an event byte for byte.
    pub(super) said: HashMap<String, InboundForm>,
    /// Error codes by which the next messages fail, by callback.
    pub(super) doomed: VecDeque<u32>,
    /// Refusals that the next messages meet.
    pub(super) refusals: VecDeque<Refusal>,
    /// Addresses that have blocked the sender.
    pub(super) blocking: HashSet<String>,
    pub(super) requests: u64,
    pub(super) sends: u64,
    /// Of them, for one message by its SID.
    pub(super) fetches: u64,
    pub(super) nonsense: u64,
}

impl State {
    pub(super) fn new(seed: i64) -> Self {
        Self {
            sids: Sids::from(seed),
            messages: Vec::new(),
            inbound: Vec::new(),
            contents: Vec::new(),
            fetched: HashSet::new(),
            due: BTreeMap::new(),
            planned: 0,
            last_inbound: HashMap::new(),
            user_ids: HashMap::new(),
            said: HashMap::new(),
            doomed: VecDeque::new(),
            refusals: VecDeque::new(),
            blocking: HashSet::new(),
            requests: 0,
            sends: 0,
            fetches: 0,
            nonsense: 0,
        }
    }

    pub(super) fn reset(&mut self) {
        let kept = std::mem::replace(self, Self::new(0));
        self.sids = kept.sids;
        self.contents = kept.contents;
    }

    pub(super) fn message_mut(&mut self, sid: &str) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.sid == sid)
    }
}
