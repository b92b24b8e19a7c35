//! The process's main thread. On macOS and Windows it belongs to the system: shortcuts, tray and menus live there, in its
//! event loop (tao), and the daemon runs on a thread of its own and posts work to it. On Linux nothing of that is so.

#[cfg(not(any(target_os = "macos", target_os = "windows")))]
mod own {
    /// Runs the daemon, here and now.
    pub fn lend<T>(daemon: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> anyhow::Result<T> {
        daemon()
    }
}

#[cfg(any(target_os = "macos", target_os = "windows"))]
mod of_the_system {
    use std::sync::{Mutex, OnceLock, PoisonError};

    use tao::event::Event;
    use tao::event_loop::{ControlFlow, EventLoop, EventLoopBuilder, EventLoopProxy};

    /// What the event loop is woken for.
    enum Task {
        Do(Box<dyn FnOnce() + Send>),
        /// The daemon is over; the process ends with this code.
        Exit(i32),
    }

    static PROXY: OnceLock<Mutex<EventLoopProxy<Task>>> = OnceLock::new();

    /// Runs the daemon on a thread of its own and the system's event loop on this one, until the daemon is over; then the
    /// process ends.
    pub fn lend<T>(daemon: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> anyhow::Result<T> {
        let event_loop = make_loop();
        let proxy = event_loop.create_proxy();
        let _ = PROXY.set(Mutex::new(event_loop.create_proxy()));
        std::thread::Builder::new().name("daemon".into()).spawn(move || {
            let code = match daemon() {
                Ok(_) => 0,
                Err(error) => {
                    eprintln!("postil: {error:#}");
                    1
                }
            };
            // A loop that is gone has ended the process already.
            let _ = proxy.send_event(Task::Exit(code));
        })?;
        event_loop.run(|event, _, flow| {
            *flow = ControlFlow::Wait;
            match event {
                Event::UserEvent(Task::Do(work)) => work(),
                Event::UserEvent(Task::Exit(code)) => *flow = ControlFlow::ExitWithCode(code),
                _ => {}
            }
        })
    }

    fn make_loop() -> EventLoop<Task> {
        #[allow(unused_mut)]
        let mut event_loop = EventLoopBuilder::with_user_event().build();
        // A tray alone: no icon in the Dock, no menu bar.
        #[cfg(target_os = "macos")]
        {
            use tao::platform::macos::{ActivationPolicy, EventLoopExtMacOS};
            event_loop.set_activation_policy(ActivationPolicy::Accessory);
        }
        event_loop
    }

    /// Has `work` done on the main thread, soon. In a process without the event loop (a command) the caller is on the
    /// main thread, and it is done at once.
    pub fn post(work: impl FnOnce() + Send + 'static) {
        match PROXY.get() {
            None => work(),
            Some(proxy) => {
                let proxy = proxy.lock().unwrap_or_else(PoisonError::into_inner);
                // A loop that is over does no work, and nobody waits for it.
                let _ = proxy.send_event(Task::Do(Box::new(work)));
            }
        }
    }
}

#[cfg(any(target_os = "macos", target_os = "windows"))]
pub use of_the_system::{lend, post};
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
pub use own::lend;
