package org.reckoner.collect.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerTest {

    @Test
    void a_url_is_read() {
        assertThat(Broker.parse("amqps://billing:p%40ss+word@mq.example.org:5999/cloud"))
                .isEqualTo(new Broker("mq.example.org", 5999, "cloud", "billing", "p@ss+word", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "amqp://guest:guest@localhost",
                "amqp://guest:guest@localhost/",
                "rabbit://guest:guest@localhost:5672//",
                "amqp://localhost:5672/%2F",
                "AMQP://guest:guest@localhost/%2f"
            })
    void the_usual_virtual_host_is_a_slash(String url) {
        assertThat(Broker.parse(url)).isEqualTo(new Broker("localhost", 5672, "/", "guest", "guest", false));
    }

    @Test
    void the_port_follows_from_the_scheme() {
        assertThat(Broker.parse("amqps://mq").port()).isEqualTo(5671);
        assertThat(Broker.parse("amqp://mq").port()).isEqualTo(5672);
    }

    @Test
    void the_password_is_never_shown() {
        assertThat(Broker.parse("amqp://billing:S3CRET@mq/cloud")).hasToString("amqp://billing:***@mq:5672/cloud");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "amqp://billing:S3CRET@mq host/", "http://billing:S3CRET@mq/",
                        "amqp://billing:S3CRET@mq1,billing:S3CRET@mq2/",
                "billing:S3CRET@mq", "amqp://billing:S3%CRET@mq", ""
            })
    void a_bad_url_is_refused_without_quoting_it(String url) {
        assertThatThrownBy(() -> Broker.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected amqp://user:password@host:5672/vhost")
                .hasMessageNotContaining("S3")
                .hasNoCause();
    }
}
