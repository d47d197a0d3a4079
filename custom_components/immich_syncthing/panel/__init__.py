"""What the panel of the sidebar is told and may do: commands of Home Assistant's websocket."""
