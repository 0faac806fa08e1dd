//! The server of the page.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use lava_core::sync::{JoinHandle, is_current, spawn};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::error::LiveError;
use super::frame::{LiveFrame, LiveLayout};
use super::session::{LiveSession, SAMPLE};
use super::view::Live;
use crate::Result;

const PAGE: &str = include_str!("page.html");
/// The bytes of the token in the address.
const TOKEN: usize = 16;
/// The most bytes of a request.
const MOST_BYTES: usize = 1024;

/// A view that is served until it is dropped: see [`Live::serve`].
#[must_use = "a view is served until it is dropped"]
pub struct LiveView {
    address: String,
    session: Arc<LiveSession>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl<C: 'static> Live<C> {
    /// Serves the view at an address of this machine, until the result is dropped.
    ///
    /// # Errors
    /// [`LiveError`] for a slider without a range and a server that cannot start,
    /// [`ProbeError`](crate::error::ProbeError) for what cannot be recorded,
    /// [`StateError::Stopped`](crate::error::StateError::Stopped) after `stop`.
    pub fn serve(self) -> Result<LiveView> {
        let port = self.port;
        let session = self.session()?;
        let server = Server::bind(port, Arc::clone(&session))?;
        let address = server.guard.address();
        let (end, ended) = oneshot::channel();
        let thread =
            spawn("lava live".to_owned(), move || server.run(ended)).map_err(server_error)?;
        Ok(LiveView {
            address,
            session,
            end: Some(end),
            thread: Some(thread),
        })
    }
}

impl LiveView {
    /// The address of the page, with its token. It works in browsers on this machine.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for LiveView {
    fn drop(&mut self) {
        self.session.close();
        drop(self.end.take());
        // A change of the network that drops the view may run on its thread.
        if let Some(thread) = self.thread.take().filter(|thread| !is_current(thread)) {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for LiveView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveView").finish_non_exhaustive()
    }
}

fn server_error(cause: impl fmt::Display) -> LiveError {
    LiveError::Server {
        reason: cause.to_string(),
    }
}

/// A server that is not running yet.
struct Server {
    listener: std::net::TcpListener,
    guard: Guard,
    session: Arc<LiveSession>,
}

/// The conditions under which a request is answered.
#[derive(Clone)]
struct Guard {
    port: u16,
    token: Arc<str>,
}

impl Server {
    fn bind(port: u16, session: Arc<LiveSession>) -> Result<Server, LiveError> {
        let failed = |cause: std::io::Error| LiveError::Bind {
            port,
            reason: cause.to_string(),
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = std::net::TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let mut bytes = [0; TOKEN];
        getrandom::fill(&mut bytes).map_err(server_error)?;
        let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Server {
            listener,
            guard: Guard {
                port,
                token: token.into(),
            },
            session,
        })
    }

    /// Serves the page, and looks at the network, until the sender of `ended` is dropped.
    fn run(self, ended: oneshot::Receiver<()>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let served = runtime.and_then(|runtime| runtime.block_on(self.serve(ended)));
        if let Err(error) = served {
            tracing::error!("the live view is no longer served: {error}");
        }
    }

    async fn serve(self, ended: oneshot::Receiver<()>) -> std::io::Result<()> {
        let listener = TcpListener::from_std(self.listener)?;
        let looking = tokio::spawn(look(Arc::clone(&self.session)));
        let app = Router::new()
            .route("/", get(async || Html(PAGE)))
            .route("/layout", get(layout))
            .route("/frame", get(frame))
            .route("/hold", post(hold))
            .route("/resume", post(resume))
            .route("/step", post(step))
            .route("/set", post(set))
            .layer(DefaultBodyLimit::max(MOST_BYTES))
            .layer(from_fn_with_state(self.guard, check))
            .with_state(self.session);
        tokio::select! {
            served = axum::serve(listener, app) => served?,
            _ = ended => {}
        }
        looking.abort();
        Ok(())
    }
}

/// Looks at the network while somebody looks at the page.
async fn look(session: Arc<LiveSession>) {
    loop {
        // A change waits for the network: requests do not wait for that.
        let ticking = Arc::clone(&session);
        let is_seen = tokio::task::spawn_blocking(move || ticking.tick()).await;
        let rest = if is_seen.unwrap_or(false) { 1 } else { 10 };
        tokio::time::sleep(SAMPLE * rest).await;
    }
}

impl Guard {
    fn address(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.token)
    }

    /// Returns `true` if a request is for this server: another name would be that of a site whose
    /// owner lets it lead here.
    fn is_host(&self, host: &str) -> bool {
        let names = ["127.0.0.1", "localhost"];
        names
            .iter()
            .any(|name| host == format!("{name}:{}", self.port))
    }

    fn refusal(&self, headers: &HeaderMap, query: &str) -> Option<(StatusCode, &'static str)> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if !text(header::HOST).is_some_and(|host| self.is_host(host)) {
            return Some((
                StatusCode::MISDIRECTED_REQUEST,
                "this server is for its own machine",
            ));
        }
        let is_own = |origin: &str| {
            origin
                .strip_prefix("http://")
                .is_some_and(|host| self.is_host(host))
        };
        if headers.contains_key(header::ORIGIN) && !text(header::ORIGIN).is_some_and(is_own) {
            return Some((
                StatusCode::FORBIDDEN,
                "requests of other pages are not answered",
            ));
        }
        let mut parameters = query.split('&');
        let is_known = parameters.any(|given| given.strip_prefix("token=") == Some(&self.token));
        (!is_known).then_some((
            StatusCode::FORBIDDEN,
            "the address has no token, or that of another view",
        ))
    }
}

async fn check(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let mut response = match guard.refusal(request.headers(), query) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        header::HeaderValue::from_static("no-referrer"),
    );
    response
}

#[derive(Deserialize)]
struct Seen {
    #[serde(default)]
    epoch: u64,
    #[serde(default)]
    after: u64,
}

#[derive(Deserialize)]
struct SetSlider {
    panel: usize,
    value: f64,
}

async fn layout(State(session): State<Arc<LiveSession>>) -> Json<LiveLayout> {
    Json(session.layout())
}

async fn frame(
    State(session): State<Arc<LiveSession>>,
    Query(seen): Query<Seen>,
) -> Json<LiveFrame> {
    Json(session.frame(seen.epoch, seen.after))
}

async fn hold(State(session): State<Arc<LiveSession>>) {
    session.hold();
}

async fn resume(State(session): State<Arc<LiveSession>>) {
    session.resume();
}

async fn step(State(session): State<Arc<LiveSession>>) {
    session.step();
}

async fn set(
    State(session): State<Arc<LiveSession>>,
    Json(slider): Json<SetSlider>,
) -> (StatusCode, &'static str) {
    let setting = tokio::task::spawn_blocking(move || session.set(slider.panel, slider.value));
    match setting.await {
        Ok(true) => (StatusCode::OK, ""),
        _ => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "no slider of this number has this value in its range",
        ),
    }
}
