package org.reckoner.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Reckoner in a process of its own, which can be killed at any moment as by `kill -9`. What it says, all
/// of them one after the other, is in a file.
final class OwnProcess {

    private final Path said;
    private int killed;

    /// @param folder for the file
    OwnProcess(Path folder) {
        this.said = folder.resolve("said.log");
    }

    /// Starts it with arguments as a user would give them.
    Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "--enable-native-access=ALL-UNNAMED",
                "org.reckoner.app.Main"));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile()))
                .start();
    }

    /// Kills it after a while, if it has not ended by then.
    void killAfter(Process process, Duration time) throws InterruptedException {
        if (!process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS)) {
            process.destroyForcibly().waitFor();
            killed++;
        }
    }

    /// How many were killed before their end.
    int killed() {
        return killed;
    }

    /// All that was said so far.
    String said() {
        try {
            return Files.readString(said);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
