//! Who answers: the action's engine, the models that it names, what stands in for them.

use std::collections::VecDeque;

use super::{Brief, privacy};
use crate::action::{Action, EngineKind, ModelChoice};
use crate::config::Settings;
use crate::engine::call::Backend;
use crate::engine::outcome::{Failure, Note, Withheld};
use crate::llm::roster::{self, Survey, Target};
use crate::text::sealed::UserText;

/// The models that are wanted side by side: this run's, else the action's. Never empty.
pub fn choices<'a>(action: &'a Action, of_this_run: &'a [ModelChoice]) -> &'a [ModelChoice] {
    if of_this_run.is_empty() { &action.models } else { of_this_run }
}

/// Who answers where `choice` is the model that is wanted. Asked before any text is read too: is this action possible at
/// all?
pub fn backend_of(
    action: &Action,
    choice: &ModelChoice,
    settings: &Settings,
    survey: &Survey,
) -> Result<(Backend, Option<Note>), Failure> {
    match &action.engine {
        EngineKind::Builtin(builtin) if !builtin.is_there() => {
            Err(Failure::NotBuilt { action: action.name.clone(), builtin: *builtin })
        }
        EngineKind::Builtin(builtin) => Ok((Backend::Builtin(*builtin), None)),
        _ if !settings.sending_allowed => Err(Failure::Withheld(Withheld::NoGoodConfig)),
        EngineKind::Command(command) => Ok((Backend::Command(command.clone()), None)),
        EngineKind::Open(_) => Ok((Backend::Open(UserText::default()), None)),
        EngineKind::Model => model_or_offline(action, choice, settings, survey),
    }
}

/// Whom the job would ask first, each once: the connections to them can be opened while the text is being read. Fails
/// where nobody could be asked.
pub fn asked_first(
    action: &Action,
    of_this_run: &[ModelChoice],
    settings: &Settings,
    survey: &Survey,
) -> Result<Vec<Target>, Failure> {
    let first = action.steps.first().and_then(|step| step.model.as_ref());
    let mut targets = Vec::new();
    let mut failures = Vec::new();
    for choice in choices(action, of_this_run) {
        match backend_of(action, first.unwrap_or(choice), settings, survey) {
            Ok((Backend::Model(target), _)) if targets.contains(&target) => {}
            Ok((Backend::Model(target), _)) => targets.push(target),
            Ok(_) => return Ok(targets),
            Err(failure) => failures.push(failure),
        }
    }
    match failures.into_iter().next() {
        Some(failure) if targets.is_empty() => Err(failure),
        _ => Ok(targets),
    }
}

fn model_or_offline(
    action: &Action,
    choice: &ModelChoice,
    settings: &Settings,
    survey: &Survey,
) -> Result<(Backend, Option<Note>), Failure> {
    match roster::resolve(choice, settings, survey) {
        Ok(target) => Ok((Backend::Model(target), None)),
        Err(unresolved) => match action.offline {
            Some(builtin) if *choice == ModelChoice::Auto && builtin.is_there() => {
                Ok((Backend::Builtin(builtin), Some(Note::Offline(builtin))))
            }
            _ => Err(Failure::NoModel(unresolved)),
        },
    }
}

/// The models that stand in for `first`: the action's own, then the config's; those that can be asked now and may have
/// the text. Nothing stands in for a model that was named for this run, or for one of several side by side, where the
/// others answer. And where a model of this machine was asked, the config's list does not take the text elsewhere.
pub(super) fn fallback(brief: &Brief, first: &Target) -> VecDeque<Target> {
    let named = brief.models.iter().any(|choice| *choice != ModelChoice::Auto);
    if named || choices(&brief.action, &brief.models).len() > 1 {
        return VecDeque::new();
    }
    let resolved = |choice| roster::resolve(choice, &brief.settings, &brief.survey).ok();
    let own = brief.action.fallback.iter().filter_map(resolved);
    let stays_here = |target: &Target| !first.provider.is_local() || target.provider.is_local();
    let general = brief.settings.fallback.iter().filter_map(resolved).filter(stays_here);
    let mut targets = VecDeque::new();
    for target in own.chain(general).filter_map(|target| privacy::sendable(brief, target).ok()) {
        if target != *first && !targets.contains(&target) {
            targets.push_back(target);
        }
    }
    targets
}
