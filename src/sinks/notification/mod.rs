//! Notifications, one for each job, updated and not piled up.
