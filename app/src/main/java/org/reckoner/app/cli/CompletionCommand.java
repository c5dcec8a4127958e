package org.reckoner.app.cli;

import org.reckoner.app.Session;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Print a script that completes commands and options in bash and zsh.",
            "",
            "  source <(reckoner completion)",
            "",
            "That is for this shell; for every one to come, write the line into ~/.bashrc or ~/.zshrc."
        })
final class CompletionCommand implements Runnable {

    private final Session session;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        CommandLine root = spec.root().commandLine();
        session.out().print(AutoComplete.bash(root.getCommandName(), root));
        session.out().flush();
    }
}
