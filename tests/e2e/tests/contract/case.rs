//! Cases, and the back ends that they run on.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::BoxFuture;
use libtest_mimic::Trial;
use tokio::runtime::Handle;

/// Something a back end must do, shown on a bench of its own.
pub(crate) struct Case<B> {
    name: &'static str,
    run: Box<dyn FnOnce(B) -> BoxFuture<'static, ()> + Send>,
}

/// A case is an async function, and has its name.
pub(crate) fn case<B, F, Fut>(run: F) -> Case<B>
where
    F: FnOnce(B) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let path = std::any::type_name::<F>();
    Case {
        name: path.rsplit("::").next().unwrap_or(path),
        run: Box::new(|bench| Box::pin(run(bench))),
    }
}

/// A case that a back end can't pass, and why.
pub(crate) type LeftOut = (&'static str, &'static str);

/// Where cases run, and how many did.
pub(crate) struct BackEnd {
    name: &'static str,
    what: &'static str,
    left_out: &'static [LeftOut],
    runtime: Handle,
    trials: Vec<Trial>,
    ran: Arc<AtomicUsize>,
}

impl BackEnd {
    /// `name` begins its tests' names; `what` is how people call it.
    pub(crate) fn new(
        name: &'static str,
        what: &'static str,
        left_out: &'static [LeftOut],
        runtime: &Handle,
    ) -> Self {
        Self {
            name,
            what,
            left_out,
            runtime: runtime.clone(),
            trials: Vec::new(),
            ran: Arc::default(),
        }
    }

    /// Runs `cases` too, each on a bench that `open` makes for it.
    pub(crate) fn add<B, Open, Fut>(&mut self, subject: &str, cases: Vec<Case<B>>, open: Open)
    where
        B: 'static,
        Open: Fn() -> Fut + Clone + Send + 'static,
        Fut: Future<Output = B> + Send,
    {
        for Case { name, run } in cases {
            let name = format!("{subject}::{name}");
            let left_out = self.left_out.iter().any(|(case, _)| *case == name);
            let (open, runtime, ran) = (open.clone(), self.runtime.clone(), Arc::clone(&self.ran));
            let trial = Trial::test(format!("{}::{name}", self.name), move || {
                runtime.block_on(async { run(open().await).await });
                ran.fetch_add(1, Ordering::Relaxed);
                Ok(())
            });
            self.trials.push(trial.with_ignored_flag(left_out));
        }
    }

    pub(crate) fn trials(&mut self) -> Vec<Trial> {
        for (case, _) in self.left_out {
            let name = format!("{}::{case}", self.name);
            assert!(
                self.trials.iter().any(|trial| trial.name() == name),
                "there is no case {name} to leave out"
            );
        }
        std::mem::take(&mut self.trials)
    }
}

impl fmt::Display for BackEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ran = self.ran.load(Ordering::Relaxed);
        let left_out = self.left_out.len();
        write!(f, "{}: {ran} cases passed, {left_out} left out", self.what)?;
        for (case, reason) in self.left_out {
            write!(f, "\n  {case}: {reason}")?;
        }
        Ok(())
    }
}
