use crate::Status;
use std::error::Error as StdError;
use std::fmt;

/// What closures may return as an error: anything that implements [`std::error::Error`], or text with `?` or `.into()`.
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// What closures return.
pub type CallbackResult<T = ()> = std::result::Result<T, BoxError>;

/// What the functions of this crate return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed: the library's status and message, or the error that one of the caller's own closures returned.
pub struct Error {
    status: Status,
    message: String,
    cause: Option<BoxError>,
}

impl Error {
    /// An error with a status and a message. If a closure returns it (boxed) with a code of the range for callers, or
    /// with [`Status::PROCESS`], the library is told that code; other ranks of a run then receive it.
    pub fn with_status(status: Status, message: impl Into<String>) -> Error {
        Error { status, message: message.into(), cause: None }
    }

    pub(crate) fn argument(message: impl Into<String>) -> Error {
        Error::with_status(Status::ARGUMENT, message)
    }

    pub(crate) fn caused(status: Status, message: String, cause: BoxError) -> Error {
        Error { status, message, cause: Some(cause) }
    }

    /// The library's status; of a closure's error what the library was told, usually [`Status::CLOSURE`].
    pub fn status(&self) -> Status {
        self.status
    }

    /// The library's message: it names the value and what was expected.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The error that a closure returned.
    pub fn cause(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.cause.as_deref()
    }

    /// The closure's error, if there is one and it is a `T`.
    pub fn downcast_ref<T: StdError + 'static>(&self) -> Option<&T> {
        self.cause.as_ref()?.downcast_ref()
    }

    /// The closure's error as it was returned, if there is one and it is a `T`; otherwise this error again.
    ///
    /// # Errors
    /// Returns `self` unchanged if there is no such cause.
    pub fn downcast<T: StdError + 'static>(mut self) -> std::result::Result<T, Error> {
        match self.cause.take().map(|cause| cause.downcast::<T>()) {
            Some(Ok(cause)) => Ok(*cause),
            Some(Err(cause)) => Err(Error { cause: Some(cause), ..self }),
            None => Err(self),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match &self.cause {
            Some(cause) => cause.fmt(to),
            None if self.message.is_empty() => self.status.fmt(to),
            None => to.write_str(&self.message),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        let mut to = to.debug_struct("Error");
        to.field("status", &self.status).field("message", &self.message);
        if let Some(cause) = &self.cause {
            to.field("cause", cause);
        }
        to.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_ref().map(|cause| &**cause as &(dyn StdError + 'static))
    }
}
