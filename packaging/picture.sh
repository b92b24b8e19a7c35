#!/usr/bin/env bash
# Makes the pictures of the README from the real thing: a PDF viewer, a panel and a notification daemon on a virtual
# desktop, the real shortcut, a text tool that needs no model. Nothing is drawn or pasted in.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh

. packaging/desktop.sh

need gcc libc6-dev "${desktop_packages[@]}" hsetroot picom groff ghostscript evince xfce4-panel adwaita-icon-theme \
    fonts-cantarell fonts-noto-color-emoji fonts-urw-base35
command -v cargo > /dev/null || fail "Rust is needed: https://rustup.rs"
say "building"
cargo build --release --locked
postil=$PWD/target/release/postil
pictures=$PWD/docs/pictures
mkdir -p "$pictures"

SCREEN=1160x560x24
DUNST='width = 430
offset = (24, 52)
font = Cantarell 11
corner_radius = 10
frame_width = 0
padding = 16
horizontal_padding = 18
text_icon_padding = 14
max_icon_size = 40
show_indicators = no
icon_path = '$PWD/packaging/icons'
[urgency_normal]
background = "#fdfdfe"
foreground = "#23262b"
'
start_desktop
hsetroot -add '#2f4a6d' -add '#7f9cc0' -gradient 20
# In the background once it draws: windows that open before it draw a frame in place of their shadow.
picom -b --backend xrender --shadow --shadow-radius 14 --shadow-opacity 0.35

mkdir -p "$XDG_CONFIG_HOME/openbox" "$XDG_CONFIG_HOME/gtk-3.0"
cat > "$XDG_CONFIG_HOME/openbox/rc.xml" <<'XML'
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <applications>
    <application class="Evince">
      <decor>no</decor>
      <position force="yes"><x>30</x><y>22</y></position>
      <size><width>630</width><height>490</height></size>
    </application>
  </applications>
</openbox_config>
XML
openbox --reconfigure
printf '[Settings]\ngtk-font-name=Cantarell 11\n' > "$XDG_CONFIG_HOME/gtk-3.0/settings.ini"
# Openbox draws no shadow for GTK's own frame, and GTK a wide border in its place.
printf 'decoration { padding: 0; border: 0; box-shadow: none; }\n' > "$XDG_CONFIG_HOME/gtk-3.0/gtk.css"

say "a PDF, whose lines are broken and hyphenated by its typesetter"
paper=$desktop_dir/notes.pdf
groff -Tpdf -P-p4.5i,4.9i -ms > "$paper" <<'TEXT'
.nr PS 13
.nr VS 18
.nr LL 3.9i
.nr PO 0.5i
.nr HM 0.4i
.nr FM 0.2i
.nr PI 0
.pl 4.5i
.SH
On notes in the margin
.PP
A postil was a note written in the margin of a manuscript, first of all of a Bible, by a reader
who wanted to understand, to translate or to correct what stood beside it. The reader did not
leave the page for that: the note was made where the text was, and where the eye would find it
again.
.PP
Printed books kept the habit for centuries. Screens lost it, because every window keeps its text
to itself, and whoever wants to have a sentence translated or explained carries it elsewhere first.
TEXT

# Presses the mouse's button at one place of the window and lets it go at another, with the stops of a hand.
drag() {
    xdotool mousemove --window "$1" "$2" "$3" sleep 0.2 mousedown 1 sleep 0.1 mousemove --window "$1" "$2" "$5" \
        sleep 0.1 mousemove --window "$1" "$4" "$5" sleep 0.2 mouseup 1
}

mkdir -p "$XDG_CONFIG_HOME/postil" "$XDG_CONFIG_HOME/xfce4/xfconf/xfce-perchannel-xml"
printf 'languages = ["en", "de"]\n[shortcuts]\n"Ctrl+Alt+J" = "join-lines"\n' > "$XDG_CONFIG_HOME/postil/config.toml"
cat > "$XDG_CONFIG_HOME/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="true"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="30"/>
      <property name="icon-size" type="uint" value="18"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
        <value type="int" value="4"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist">
      <property name="show-handle" type="bool" value="false"/>
    </property>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
    <property name="plugin-4" type="string" value="clock">
      <property name="digital-layout" type="uint" value="3"/>
      <property name="digital-time-format" type="string" value="  %H:%M  "/>
      <property name="digital-time-font" type="string" value="Cantarell 11"/>
    </property>
  </property>
</channel>
XML
xfce4-panel --disable-wm-check > "$desktop_dir/panel.log" 2>&1 &
"$postil" 2> "$desktop_dir/postil.log" &
wait_for 10 "$postil" status || fail "the daemon did not start: $(cat "$desktop_dir/postil.log")"
evince "$paper" > /dev/null 2>&1 &
wait_for 20 xdotool search --onlyvisible --class evince || fail "the viewer did not open"
wait_for 20 window_is_active 'notes.pdf' || fail "the viewer has no focus"

say "the first paragraph is selected with the mouse, and the shortcut pressed"
picture "$pictures/join-lines.png"
# Where it begins and ends in the window as it was placed above.
drag "$(xdotool getactivewindow)" 117 144 300 259
wait_for 10 something_is_selected || fail "nothing was selected in the viewer"
xdotool key ctrl+alt+j
wait_for 20 notified || fail "no notification came: $(cat "$desktop_dir/postil.log")"
picture "$pictures/join-lines.png"
notification

say "the tray's menu"
tray_icon=(1092 15)
xdotool mousemove "${tray_icon[@]}" click 1
picture "$pictures/tray.png"
# This host gives the menu the size that it had before it was filled, and the right one from the second time on.
xdotool key Escape
picture "$pictures/tray.png"
xdotool click 1
picture "$pictures/tray.png"
say "pictures: $pictures"
