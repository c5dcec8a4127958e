package org.reckoner.app.config;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.slf4j.Logger;

/// How the log is written until the configuration is read, and after it where it says nothing: lines on
/// standard error, warnings of everything and information of our own. Logback finds it as a service; reading a
/// file for so little takes a tenth of a second of every command.
///
/// A file that `-Dlogback.configurationFile=` names is used in its place.
public final class UsualLog extends ContextAwareBase implements Configurator {

    /// The loggers that are ours.
    static final List<String> OURS = List.of(
            "listen", "serve", "auth", "deliver", "collect", "reconcile", "samples", "concertim", "org.reckoner");

    static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{20} %msg%n";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        OURS.forEach(name -> context.getLogger(name).setLevel(Level.INFO));
        // Of a lost connection the listener tells itself.
        context.getLogger("com.rabbitmq.client.impl").setLevel(Level.ERROR);
        // A ledger that cannot be opened is told in our words.
        context.getLogger("org.flywaydb").setLevel(Level.OFF);
        context.getLogger("com.zaxxer.hikari").setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
