"""The sync engine, free of Home Assistant: gate, observe, plan, guard, apply, report."""
