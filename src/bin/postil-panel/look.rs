//! Colours, fonts and distances. All of it comes from the desktop's theme, but for what the theme has no word for.

use std::sync::OnceLock;
use std::time::Duration;

use gtk::prelude::*;
use gtk::{atk, gdk, gio, glib, pango};
use postil::panel::words::{self, Words};

const STYLE: &str = "
.postil { background-color: @theme_base_color; color: @theme_text_color; }
.postil-cover { background-color: transparent; }
.postil .frame-line { border: 1px solid alpha(@theme_text_color, 0.18); }
.postil.composited { background-color: transparent; }
.postil.composited .frame-line { border-radius: 10px; background-color: @theme_base_color; }
.postil .head { padding: 8px 6px 6px 14px; }
.postil .title { font-weight: bold; }
.postil .by, .postil .notes, .postil .lane-state, .postil expander title { font-size: 0.9em; color: alpha(@theme_text_color, 0.62); }
.postil .source { font-size: 0.95em; color: alpha(@theme_text_color, 0.75); padding: 4px 14px 6px 30px; }
.postil expander title { padding: 2px 14px 4px 4px; }
.postil expander title > arrow { min-width: 0; min-height: 0; -gtk-icon-source: none; }
.postil spinner { -gtk-icon-source: builtin; color: alpha(@theme_text_color, 0.6); }
.postil .doing { padding: 6px 14px 12px 14px; color: alpha(@theme_text_color, 0.8); }
.postil .lane-name { font-size: 0.9em; font-weight: bold; color: alpha(@theme_text_color, 0.8); }
.postil .lane-head, .postil .lane-head:checked { padding: 8px 14px 0 12px; border: none; border-left: 2px solid transparent; border-radius: 0; background-color: transparent; }
.postil .lane-row { padding-right: 6px; }
.postil .lane-row button.plain { margin-top: 6px; font-size: 0.85em; color: alpha(@theme_text_color, 0.6); }
.postil .head button.plain { padding: 2px 6px; }
.postil textview button.copy-code { padding: 0 6px; min-height: 0; font-size: 0.8em; color: alpha(@theme_text_color, 0.62); }
.postil .lane-head:hover { background-color: alpha(@theme_text_color, 0.05); }
.postil .lane-head:checked .lane-name { color: mix(@theme_selected_bg_color, @theme_text_color, 0.38); }
.postil .lane-head:focus { border-left-color: @theme_selected_bg_color; }
.postil .turns { padding-bottom: 2px; }
.postil .turns textview text { color: alpha(@theme_text_color, 0.85); }
.postil .question { margin: 6px 14px 2px 48px; padding: 6px 11px; border-radius: 10px; background-color: alpha(@theme_text_color, 0.07); }
.postil entry.follow-up { margin: 4px 8px 8px 8px; padding: 4px 10px; min-height: 24px; border-radius: 8px; border: 1px solid alpha(@theme_text_color, 0.14);
  background-image: none; background-color: alpha(@theme_text_color, 0.03); box-shadow: none; color: @theme_text_color; }
.postil entry.follow-up:focus { border-color: @theme_selected_bg_color; }
.postil button.plain:checked { color: @theme_selected_bg_color; background-color: alpha(@theme_selected_bg_color, 0.14); }
.postil .lane-line { background-color: alpha(@theme_text_color, 0.12); min-height: 1px; margin: 8px 14px 0 14px; }
.postil .failure { color: mix(@error_color, @theme_text_color, 0.34); padding: 6px 14px 12px 14px; }
.postil .notes { padding: 0 14px 6px 14px; }
.postil textview, .postil textview text { background-color: transparent; color: @theme_text_color; }
.postil textview text selection { background-color: @theme_selected_bg_color; color: @theme_selected_fg_color; }
.postil .reasoning text { color: alpha(@theme_text_color, 0.62); }
.postil .foot { padding: 6px 8px 8px 8px; border-top: 1px solid alpha(@theme_text_color, 0.10); }
.postil button { padding: 3px 11px; min-height: 22px; border-radius: 6px; background-image: none; box-shadow: none; text-shadow: none;
  border: 1px solid transparent; background-color: alpha(@theme_text_color, 0.07); color: @theme_text_color; }
.postil button:hover { background-color: alpha(@theme_text_color, 0.13); }
.postil button:active { background-color: alpha(@theme_text_color, 0.20); }
.postil button:focus { border-color: @theme_selected_bg_color; outline-width: 0; }
.postil button:disabled { color: alpha(@theme_text_color, 0.35); background-color: alpha(@theme_text_color, 0.04); }
.postil button.main { background-color: @theme_selected_bg_color; color: @theme_selected_fg_color; }
.postil button.main:disabled { background-color: alpha(@theme_text_color, 0.04); color: alpha(@theme_text_color, 0.35); }
.postil button.plain { background-color: transparent; padding: 2px 8px; min-height: 20px; }
.postil button.plain:hover { background-color: alpha(@theme_text_color, 0.10); }
tooltip, tooltip.background { background-color: @theme_base_color; background-image: none; border: 1px solid alpha(@theme_text_color, 0.25);
  border-radius: 6px; padding: 2px 4px; box-shadow: none; }
tooltip label { color: @theme_text_color; font-size: 0.9em; }
menu menuitem { padding: 4px 12px; }
menuitem .item-key { color: alpha(currentColor, 0.6); font-size: 0.92em; }
.bar .frame-line { padding: 3px; }
.bar button { background-color: transparent; padding: 2px 8px; min-height: 26px; min-width: 18px; border-radius: 6px; }
.bar button label { font-size: 1.1em; }
.bar button:hover { background-color: alpha(@theme_text_color, 0.10); }
.bar button:active { background-color: @theme_selected_bg_color; color: @theme_selected_fg_color; }
.picker .search { padding: 12px 14px; }
.picker .search entry { font-size: 1.25em; padding: 0; min-height: 28px; border: none; box-shadow: none; outline-width: 0;
  background-color: transparent; background-image: none; color: @theme_text_color; }
.picker .search .hint { font-size: 1.25em; }
.picker .search.second entry, .picker .search.second .hint { font-size: 1.05em; }
.picker .search.second { padding: 8px 14px; border-top: 1px solid alpha(@theme_text_color, 0.10); }
.picker .hint { color: alpha(@theme_text_color, 0.45); padding-left: 2px; }
.picker .search .folder { font-size: 1.05em; color: alpha(@theme_text_color, 0.7); }
.picker .typing { padding: 10px 14px 8px 14px; }
.picker .typing textview { font-size: 1.1em; }
.picker .why { font-size: 0.9em; color: alpha(@theme_text_color, 0.62); padding-bottom: 6px; }
.picker .context { padding: 0 14px 10px 14px; }
.picker .about, .picker .excerpt { font-size: 0.9em; color: alpha(@theme_text_color, 0.62); }
.picker .about { font-weight: bold; }
.picker .none { padding: 10px 14px; color: alpha(@theme_text_color, 0.62); border-top: 1px solid alpha(@theme_text_color, 0.10); }
.picker .actions { border-top: 1px solid alpha(@theme_text_color, 0.10); padding: 5px 0; }
.picker list, .picker list row { background-color: transparent; }
.picker list row { padding: 0 12px; margin: 0 6px; border-radius: 7px; color: @theme_text_color; outline-width: 0; transition: none; }
.picker list row:hover { background-color: alpha(@theme_text_color, 0.06); }
.picker list row:selected { background-color: @theme_selected_bg_color; color: @theme_selected_fg_color; }
.picker row .icon { font-size: 1.1em; }
.picker row .icon.letter { font-weight: bold; color: alpha(currentColor, 0.6); }
.picker row .beside, .picker row .keys, .picker row .into { color: alpha(currentColor, 0.58); font-size: 0.92em; }
.picker row:selected .beside, .picker row:selected .keys, .picker row:selected .into { color: alpha(currentColor, 0.8); }
.picker row .key { font-size: 0.82em; font-feature-settings: \"tnum\"; padding: 1px 6px; border-radius: 4px; background-color: alpha(currentColor, 0.09);
  color: alpha(currentColor, 0.6); }
.picker row:selected .key { background-color: alpha(currentColor, 0.2); color: alpha(currentColor, 0.9); }
.picker .keys-line { padding: 7px 14px 8px 14px; font-size: 0.85em; color: alpha(@theme_text_color, 0.55);
  border-top: 1px solid alpha(@theme_text_color, 0.10); }
";

/// The desktop says so over the portal, as newer themes have no dark variant of their own to choose.
const PORTAL: (&str, &str, &str) =
    ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings");
const APPEARANCE: &str = "org.freedesktop.appearance";
const SCHEME: &str = "color-scheme";
const PREFERS_DARK: u32 = 1;
/// Not every portal has it. The toolkit's own setting is the desktop's too, where that has a place for it.
const MOTION: &str = "reduced-motion";
const REDUCED: u32 = 1;
/// In milliseconds. A portal that is not there must not delay anything.
const PORTAL_WITHIN: i32 = 1000;

/// So long a button says that it has copied.
const SAYS_COPIED: Duration = Duration::from_millis(1500);

/// Loads our style, and follows whether the desktop is light or dark, and whether anything may move there.
pub fn follow_the_desktop() {
    let provider = gtk::CssProvider::new();
    if let Err(error) = provider.load_from_data(STYLE.as_bytes()) {
        eprintln!("postil-panel: {error}");
    }
    if let Some(screen) = gdk::Screen::default() {
        gtk::StyleContext::add_provider_for_screen(&screen, &provider, gtk::STYLE_PROVIDER_PRIORITY_APPLICATION);
    }
    glib::MainContext::default().spawn_local(follow_portal());
}

async fn follow_portal() {
    let (name, path, interface) = PORTAL;
    let flags = gio::DBusProxyFlags::DO_NOT_AUTO_START;
    let proxy = gio::DBusProxy::for_bus_future(gio::BusType::Session, flags, None, name, path, interface).await;
    let Ok(proxy) = proxy else { return };
    // Before it is asked, or what changes in between is not heard.
    proxy.connect_local("g-signal", false, |values| {
        let parameters = values.get(3).and_then(|value| value.get::<glib::Variant>().ok())?;
        let (space, key, value) = parameters.get::<(String, String, glib::Variant)>()?;
        if space == APPEARANCE {
            prefer(&key, &value);
        }
        None
    });
    for key in [SCHEME, MOTION] {
        let asked = (APPEARANCE, key).to_variant();
        let said = proxy.call_future("Read", Some(&asked), gio::DBusCallFlags::NO_AUTO_START, PORTAL_WITHIN).await;
        if let Ok(said) = said {
            prefer(key, &said.child_value(0));
        }
    }
    // It lives as long as the panel.
    std::mem::forget(proxy);
}

/// The value may be wrapped, twice by older portals.
fn prefer(key: &str, value: &glib::Variant) {
    let mut inner = value.clone();
    while inner.is_type(glib::VariantTy::VARIANT) {
        let Some(within) = inner.as_variant() else { return };
        inner = within;
    }
    let (Some(value), Some(settings)) = (inner.get::<u32>(), gtk::Settings::default()) else { return };
    match (key, value) {
        (SCHEME, scheme) => settings.set_gtk_application_prefer_dark_theme(scheme == PREFERS_DARK),
        (MOTION, REDUCED) => settings.set_gtk_enable_animations(false),
        (MOTION, _) => settings.reset_property("gtk-enable-animations"),
        _ => {}
    }
}

/// Colours that a theme has no names for.
#[derive(Clone, Copy)]
pub struct Colours {
    pub link: gdk::RGBA,
    pub code: gdk::RGBA,
    pub quiet: gdk::RGBA,
    /// What goes and what comes, with what stands behind them.
    pub old: (gdk::RGBA, gdk::RGBA),
    pub new: (gdk::RGBA, gdk::RGBA),
}

/// By what stands behind the text of this widget.
pub fn colours(widget: &impl IsA<gtk::Widget>) -> Colours {
    let context = widget.style_context();
    let text = context.lookup_color("theme_text_color").unwrap_or(gdk::RGBA::BLACK);
    let is_dark = text.red() + text.green() + text.blue() > 1.5;
    let shade = |alpha| gdk::RGBA::new(text.red(), text.green(), text.blue(), alpha);
    let link = match is_dark {
        true => gdk::RGBA::new(0.54, 0.71, 0.97, 1.0),
        false => gdk::RGBA::new(0.10, 0.37, 0.71, 1.0),
    };
    let of = |(red, green, blue): (f64, f64, f64), alpha| gdk::RGBA::new(red, green, blue, alpha);
    let (red, green) = match is_dark {
        true => ((1.0, 0.62, 0.60), (0.55, 0.88, 0.60)),
        false => ((0.68, 0.10, 0.12), (0.05, 0.40, 0.15)),
    };
    let (old, new) = ((of(red, 1.0), of(red, 0.12)), (of(green, 1.0), of(green, 0.16)));
    Colours { link, code: shade(0.06), quiet: shade(0.62), old, new }
}

/// A window in our style, above others, that no list of windows names.
pub fn window(kind: gtk::WindowType) -> gtk::Window {
    let window = gtk::Window::new(kind);
    window.set_decorated(false);
    window.set_skip_taskbar_hint(true);
    window.set_skip_pager_hint(true);
    window.set_keep_above(true);
    window.style_context().add_class("postil");
    if let Some(screen) = gdk::Screen::default().filter(gdk::Screen::is_composited) {
        window.set_visual(screen.rgba_visual().as_ref());
        window.set_app_paintable(true);
        window.style_context().add_class("composited");
    }
    window
}

/// A label that wraps at any width.
pub fn label(class: &str) -> gtk::Label {
    let label = gtk::Label::new(None);
    label.set_xalign(0.0);
    label.set_line_wrap(true);
    label.set_line_wrap_mode(pango::WrapMode::WordChar);
    label.style_context().add_class(class);
    label
}

/// What unfolds something, with a letter for an arrow: the theme's is a picture, and only to read such pictures takes 6 MB.
pub fn fold(label: &gtk::Label) -> gtk::Expander {
    let (expander, row, arrow) =
        (gtk::Expander::new(None), gtk::Box::new(gtk::Orientation::Horizontal, 5), self::label("arrow"));
    row.pack_start(&arrow, false, false, 0);
    row.pack_start(label, true, true, 0);
    expander.set_label_widget(Some(&row));
    expander.set_label_fill(true);
    let point = move |expander: &gtk::Expander| arrow.set_text(if expander.is_expanded() { "▾" } else { "▸" });
    point(&expander);
    expander.connect_expanded_notify(point);
    expander
}

/// Text that can be marked and not written into.
pub fn text_view(class: &str) -> gtk::TextView {
    let view = gtk::TextView::new();
    view.set_editable(false);
    view.set_cursor_visible(false);
    view.set_wrap_mode(gtk::WrapMode::WordChar);
    view.set_left_margin(14);
    view.set_right_margin(14);
    view.style_context().add_class(class);
    view
}

/// Has a label end in an ellipsis where there is no room. It asks for so many letters of room, and takes more where it is given some.
pub fn shorten(label: &gtk::Label, letters: i32) {
    label.set_line_wrap(false);
    label.set_ellipsize(pango::EllipsizeMode::End);
    label.set_max_width_chars(letters);
}

/// A button by its word, with what it does and its key.
pub fn button(word: &str, tip: &str, class: Option<&str>) -> gtk::Button {
    let button = gtk::Button::with_mnemonic(word);
    button.set_tooltip_text(Some(tip));
    if let Some(class) = class {
        button.style_context().add_class(class);
    }
    name(&button, tip);
    button
}

/// Has a button that copies say for a moment that it has; then its word is there again.
pub fn say_copied(button: &gtk::Button, word: &'static str) {
    let copied = words().copied;
    button.set_label(&format!("✓ {copied}"));
    // A button's name stays what it does, so nobody hears that.
    announce(button, copied);
    let button = button.downgrade();
    glib::timeout_add_local_once(SAYS_COPIED, move || {
        button.upgrade().iter().for_each(|button| button.set_label(word))
    });
}

/// A sentence as markup: what stands in backticks, to be typed somewhere, in the letters of code.
pub fn with_code(sentence: &str) -> String {
    let parts: Vec<_> = sentence.split('`').map(|part| glib::markup_escape_text(part).to_string()).collect();
    // Without its partner one is no sign.
    if parts.len() % 2 == 0 {
        return parts.join("`");
    }
    let marked =
        |(number, part): (usize, &String)| if number % 2 == 1 { format!("<tt>{part}</tt>") } else { part.clone() };
    parts.iter().enumerate().map(marked).collect()
}

/// Has a screen reader say something, wherever it is at that moment. Older toolkits have no word for that.
pub fn announce(widget: &impl IsA<gtk::Widget>, said: &str) {
    const ANNOUNCEMENT: &str = "announcement";
    if let Some(accessible) = widget.accessible()
        && glib::subclass::SignalId::lookup(ANNOUNCEMENT, atk::Object::static_type()).is_some()
    {
        accessible.emit_by_name::<()>(ANNOUNCEMENT, &[&said]);
    }
}

/// The panel's words in the person's language.
pub fn words() -> &'static Words {
    static WORDS: OnceLock<&Words> = OnceLock::new();
    WORDS.get_or_init(|| words::of_locale(&words::locale(|name| std::env::var(name).ok())))
}

/// What a screen reader says of it.
pub fn name(widget: &impl IsA<gtk::Widget>, name: &str) {
    if let Some(accessible) = widget.accessible() {
        accessible.set_name(name);
    }
}
