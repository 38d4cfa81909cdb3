//! What somebody types after `notifications`, in English or Spanish: right, or refused with the reason; never another setting
//! than was meant. Only the whole text counts: what goes on as a sentence is none.
//!
//! Grammar, whatever the case: `setting := on | topic [on] | "minimum" [amount | off] | "quiet" [hours | off] |
//! "zone" [place | off] | ["often"] often | "pause" [pause | off] | "resume"`, `on := "on" | "off"`,
//! `topic := "received" | "requests" | "sent" | "balance" | "news"`, `often := "instant" | "hourly" | "daily"`; `hours`,
//! `pause` and `place` stand in files of their own. What people ask for in these words and is not possible (`weekly`,
//! `security off`) is understood, and answered with what is.

use super::pause::{self, Pause};
use super::{Frequency, Quiet, Topic, hours, zones};
use crate::amount::{self, AmountError};
use crate::money::Cents;

/// What was meant by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// News at all.
    News(bool),
    Change(Setting),
    /// How that stands, and what can be typed to change it.
    About(About),
    Unclear(Unclear),
}

/// One thing that is different from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    Topic(Topic, bool),
    /// None: payments are told however small they are.
    Minimum(Option<Cents>),
    Quiet(Option<Quiet>),
    /// IANA's name. None: that of the place of their number.
    Zone(Option<String>),
    Often(Frequency),
    Pause(Pause),
    Resume,
}

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    Topic(Topic),
    Minimum,
    Quiet,
    Zone,
    Often,
    Pause,
}

impl Setting {
    pub const fn about(&self) -> About {
        match self {
            Self::Topic(topic, _) => About::Topic(*topic),
            Self::Minimum(_) => About::Minimum,
            Self::Quiet(_) => About::Quiet,
            Self::Zone(_) => About::Zone,
            Self::Often(_) => About::Often,
            Self::Pause(_) | Self::Resume => About::Pause,
        }
    }
}

/// Why nothing was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// It says neither on nor off.
    OnOrOff(Topic),
    Amount(AmountError),
    /// An amount that is not in US dollars.
    OtherCurrency,
    /// Morning or evening, or no time at all.
    Hours,
    /// They would end as they begin.
    NoHours,
    Zone,
    /// IANA's names of those it may be.
    Zones(Vec<String>),
    Often,
    /// Less often than once a day.
    TooSeldom,
    /// Security alerts are always on.
    Security,
    Pause,
    PauseTooLong,
}

const ON: &[&str] = &[
    "on",
    "yes",
    "enable",
    "enabled",
    "sí",
    "si",
    "activar",
    "activado",
    "activados",
    "activada",
    "activadas",
];
const OFF: &[&str] = &[
    "off",
    "no",
    "none",
    "never",
    "disable",
    "disabled",
    "desactivar",
    "desactivado",
    "desactivados",
    "desactivada",
    "desactivadas",
];

const INSTANT: &[&str] = &[
    "instant",
    "instantly",
    "immediate",
    "immediately",
    "now",
    "at once",
    "right away",
    "straight away",
    "real time",
    "al instante",
    "al momento",
    "en el momento",
    "ahora",
    "ya",
    "inmediato",
    "de inmediato",
    "inmediatamente",
    "enseguida",
    "en seguida",
    "en tiempo real",
];
const HOURLY: &[&str] = &[
    "hourly",
    "every hour",
    "each hour",
    "per hour",
    "by the hour",
    "once an hour",
    "cada hora",
    "a cada hora",
    "por hora",
    "una vez por hora",
    "una vez a la hora",
];
const DAILY: &[&str] = &[
    "daily",
    "every day",
    "each day",
    "per day",
    "once a day",
    "cada día",
    "cada dia",
    "por día",
    "por dia",
    "al día",
    "al dia",
    "una vez al día",
    "una vez al dia",
    "una vez por día",
    "una vez por dia",
    "todos los días",
    "todos los dias",
    "diario",
    "diaria",
    "diarios",
    "diarias",
    "a diario",
    "diariamente",
];
/// News that wait longer than a day are none.
const SELDOM: &[&str] = &[
    "weekly",
    "every week",
    "each week",
    "once a week",
    "monthly",
    "every month",
    "once a month",
    "cada semana",
    "por semana",
    "una vez por semana",
    "una vez a la semana",
    "semanal",
    "semanales",
    "semanalmente",
    "cada mes",
    "una vez al mes",
    "mensual",
    "mensuales",
];

/// What can't be set, by the words for it.
const SECURITY: &[&str] = &[
    "security",
    "security alert",
    "security alerts",
    "alert",
    "alerts",
    "seguridad",
    "alerta de seguridad",
    "alertas de seguridad",
    "alerta",
    "alertas",
];

const RESUME: &[&str] = &["resume", "end pause", "reanudar", "terminar pausa"];

/// What can be set, by the words for it.
const ABOUT: &[(About, &[&str])] = &[
    (
        About::Topic(Topic::Received),
        &[
            "received",
            "payments received",
            "recibidos",
            "recibido",
            "pagos recibidos",
        ],
    ),
    (
        About::Topic(Topic::Sent),
        &[
            "sent",
            "payments sent",
            "enviados",
            "enviado",
            "pagos enviados",
        ],
    ),
    (
        About::Topic(Topic::Requests),
        &["requests", "request", "solicitudes", "solicitud"],
    ),
    (About::Topic(Topic::Balance), &["balance", "saldo"]),
    (
        About::Topic(Topic::Service),
        &["news", "announcements", "noticias", "anuncios"],
    ),
    (About::Minimum, &["minimum", "min", "mínimo", "minimo"]),
    (
        About::Quiet,
        &["quiet", "quiet hours", "silencio", "horas de silencio"],
    ),
    (
        About::Zone,
        &["zone", "time zone", "timezone", "zona", "zona horaria"],
    ),
    (
        About::Often,
        &["often", "how often", "frequency", "frecuencia"],
    ),
    (About::Pause, &["pause", "pausa", "pausar"]),
];

/// How many words may follow: more are a sentence. `de las 10 p. m. a las 7 a. m.`, `hora de trinidad y tobago`.
const fn words(about: About) -> usize {
    match about {
        About::Topic(_) => 1,
        About::Quiet => 9,
        About::Zone => 5,
        About::Minimum | About::Often | About::Pause => 4,
    }
}

/// What `rest` sets, asks about or leaves unclear. None: it is about nothing that can be set.
pub fn read(rest: &str) -> Option<Typed> {
    let text = rest.to_lowercase();
    let text = text.trim();
    if let Some(on) = on_or_off(text) {
        return Some(Typed::News(on));
    }
    if let Some(frequency) = often(text) {
        return Some(Typed::Change(Setting::Often(frequency)));
    }
    if SELDOM.contains(&text) {
        return Some(Typed::Unclear(Unclear::TooSeldom));
    }
    if RESUME.contains(&text) {
        return Some(Typed::Change(Setting::Resume));
    }
    if is_security(text) {
        return Some(Typed::Unclear(Unclear::Security));
    }
    let named = ABOUT
        .iter()
        .flat_map(|(about, names)| names.iter().map(move |name| (*about, *name)));
    let begins = named.filter_map(|(about, name)| {
        let rest = text.strip_prefix(name)?;
        (rest.is_empty() || rest.starts_with(' ')).then_some((name, about, rest.trim_start()))
    });
    let (_, about, rest) = begins.max_by_key(|(name, ..)| name.len())?;
    if rest.is_empty() {
        return Some(Typed::About(about));
    }
    if rest.split(' ').count() > words(about) {
        return None;
    }
    Some(set(about, rest).map_or_else(Typed::Unclear, Typed::Change))
}

fn set(about: About, rest: &str) -> Result<Setting, Unclear> {
    let off = OFF.contains(&rest);
    Ok(match about {
        About::Topic(topic) => {
            let on = on_or_off(rest).ok_or(Unclear::OnOrOff(topic))?;
            Setting::Topic(topic, on)
        }
        About::Minimum if off || rest == "0" => Setting::Minimum(None),
        About::Minimum => Setting::Minimum(Some(minimum(rest)?)),
        About::Quiet if off => Setting::Quiet(None),
        About::Quiet => Setting::Quiet(Some(hours::read(rest)?)),
        About::Zone if off => Setting::Zone(None),
        About::Zone => Setting::Zone(Some(zones::read(rest)?)),
        About::Often if SELDOM.contains(&rest) => return Err(Unclear::TooSeldom),
        About::Often => Setting::Often(often(rest).ok_or(Unclear::Often)?),
        About::Pause if off => Setting::Resume,
        About::Pause => Setting::Pause(pause::read(rest)?),
    })
}

fn on_or_off(text: &str) -> Option<bool> {
    if ON.contains(&text) {
        Some(true)
    } else {
        OFF.contains(&text).then_some(false)
    }
}

fn is_security(text: &str) -> bool {
    SECURITY.iter().any(|name| {
        let rest = text.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || on_or_off(rest.trim_start()).is_some())
    })
}

fn often(text: &str) -> Option<Frequency> {
    let all = [
        (INSTANT, Frequency::Instant),
        (HOURLY, Frequency::Hourly),
        (DAILY, Frequency::Daily),
    ];
    let found = all.into_iter().find(|(names, _)| names.contains(&text));
    found.map(|(_, frequency)| frequency)
}

fn minimum(text: &str) -> Result<Cents, Unclear> {
    let amount = amount::parse(text).map_err(Unclear::Amount)?;
    amount.cents().ok_or(Unclear::OtherCurrency)
}
