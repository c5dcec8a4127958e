package org.reckoner.app.config;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/// How a program that runs for long writes its log, where it is not lines on standard error.
///
/// @param level from which on our own lines are written: `DEBUG`, `INFO`, `WARN` or `ERROR`
/// @param pattern of a line, in Logback's words; none for the usual one
/// @param file to write to
/// @param folder where, without a file, each program has one of its own name
public record Logging(String level, Optional<String> pattern, Optional<Path> file, Optional<Path> folder) {

    /// Has the log written so from now on. Without a file it stays on standard error.
    ///
    /// @param program what the file in the folder is named after
    public void begin(String program) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        UsualLog.OURS.forEach(name -> context.getLogger(name).setLevel(Level.toLevel(level)));
        file.or(() -> folder.map(path -> path.resolve(program + ".log"))).ifPresent(path -> writeTo(context, path));
    }

    private void writeTo(LoggerContext context, Path path) {
        context.putProperty("PID", Long.toString(ProcessHandle.current().pid()));
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern.orElse(UsualLog.PATTERN));
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setName("file");
        appender.setFile(path.toString());
        appender.setEncoder(encoder);
        appender.start();
        if (!appender.isStarted()) {
            throw new BadConfiguration("cannot write the log to %s".formatted(path));
        }
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
    }
}
